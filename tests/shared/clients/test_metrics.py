"""Azure Monitor as the second witness, through the real SDK."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from shared import clock
from shared.clients.completions import complete
from shared.clients.metrics import last_requests
from shared.errors import ServiceError
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, ScriptedServer

HELLO = [{"role": "user", "content": "Hello"}]
HOUR = timedelta(hours=1)


def _metric(name: str, *series: dict[str, object], error: str = "Success") -> dict[str, object]:
    return {
        "id": "x",
        "type": "Microsoft.Insights/metrics",
        "name": {"value": name, "localizedValue": name},
        "unit": "Count",
        "timeseries": list(series),
        "displayDescription": "",
        "errorCode": error,
    }


def _body(*metrics: dict[str, object]) -> dict[str, object]:
    return {"cost": 0, "timespan": "a/b", "interval": "PT1H", "value": list(metrics)}


def _answer(*series: dict[str, object], name: str = "AzureOpenAIRequests") -> dict[str, object]:
    return _body(_metric(name, *series))


def _series(
    name: str, points: Mapping[str, float | None], label: str = "ModelDeploymentName"
) -> dict[str, object]:
    data = [
        {"timeStamp": at} | ({} if total is None else {"total": total})
        for at, total in points.items()
    ]
    return {"metadatavalues": [{"name": {"value": label}, "value": name}], "data": data}


@pytest.mark.usefixtures("app")
def test_chats_really_made_are_seen(emulator: Emulator) -> None:
    """A deployment that answered counts as used in this hour, one that did not as unused."""
    complete("gpt-4.1-mini", HELLO)

    found = last_requests(["gpt-4.1-mini", "run-1"], clock.now() - timedelta(days=15))

    assert found["run-1"] is None
    used = found["gpt-4.1-mini"]
    assert used is not None
    assert timedelta(0) <= used - clock.now() <= HOUR


@pytest.mark.usefixtures("app")
def test_refused_chats_are_no_use(emulator: Emulator) -> None:
    """A request that failed does not keep a deployment alive."""
    fault = {"method": "POST", "path": "*/chat/completions", "status": 500, "times": 1}
    emulator.control("faults", fault)
    with pytest.raises(ServiceError):
        complete("gpt-4.1-mini", HELLO)

    found = last_requests(["gpt-4.1-mini"], clock.now() - timedelta(days=1))

    assert found == {"gpt-4.1-mini": None}


def test_last_point_with_a_count_decides(scripted_server: ScriptedServer) -> None:
    """Zero and absent totals are no use; the time is the end of the last hour with one."""
    points = {
        "2026-11-20T10:00:00Z": 3.0,
        "2026-11-21T11:00:00Z": 0.0,
        "2026-11-22T12:00:00Z": None,
    }
    scripted_server.reply_with(Reply(200, _answer(_series("run-1", points))))

    found = last_requests(["run-1"], clock.now() - HOUR)

    assert found == {"run-1": datetime(2026, 11, 20, 11, tzinfo=UTC)}


@pytest.mark.parametrize("label", ["modeldeploymentname", "ModelDeploymentName"])
def test_names_are_compared_without_case(scripted_server: ScriptedServer, label: str) -> None:
    """The service may change the case of dimension and deployment; the caller's names come back."""
    series = _series("RUN-1", {"2026-11-20T10:00:00Z": 1.0}, label)
    scripted_server.reply_with(Reply(200, _answer(series)))

    found = last_requests(["Run-1"], clock.now() - HOUR)

    assert found == {"Run-1": datetime(2026, 11, 20, 11, tzinfo=UTC)}


def test_several_series_of_one_deployment_are_one(scripted_server: ScriptedServer) -> None:
    """The latest of a deployment's series counts, in whatever order they come."""
    late, early = {"2026-11-22T10:00:00Z": 1.0}, {"2026-11-20T10:00:00Z": 1.0}
    scripted_server.reply_with(Reply(200, _answer(_series("run-1", late), _series("run-1", early))))

    found = last_requests(["run-1"], clock.now() - HOUR)

    assert found == {"run-1": datetime(2026, 11, 22, 11, tzinfo=UTC)}


def test_long_times_are_asked_in_parts_without_a_gap(scripted_server: ScriptedServer) -> None:
    """16 days are three questions of at most 7 days, newest first, each ending where one began."""
    since = clock.now() - timedelta(days=16)
    scripted_server.reply_with(Reply(200, _answer()))

    last_requests(["run-1"], since)

    spans = [_span(seen.path) for seen in scripted_server.seen]
    assert len(spans) == 3
    assert spans[0][1] > clock.now()
    assert spans[-1][0] <= since
    assert all(later[0] == earlier[1] for later, earlier in pairwise(spans))
    assert all(end - start <= timedelta(days=7) for start, end in spans)


def test_question_ends_when_all_are_known(scripted_server: ScriptedServer) -> None:
    """Deployments in daily use cost one question, however far back is asked."""
    scripted_server.reply_with(Reply(200, _answer(_series("run-1", {"2026-11-20T10:00:00Z": 1.0}))))

    last_requests(["run-1"], clock.now() - timedelta(days=60))

    assert len(scripted_server.seen) == 1


def test_question_is_for_successes_and_for_all_series(scripted_server: ScriptedServer) -> None:
    """Only status 200 is asked for, and more than the ten series that are the default."""
    scripted_server.reply_with(Reply(200, _answer()))

    last_requests(["run-1"], clock.now() - HOUR)

    query = parse_qs(urlsplit(scripted_server.seen[0].path).query)
    assert query["$filter"] == ["ModelDeploymentName eq '*' and StatusCode eq '200'"]
    assert int(query["top"][0]) > 10
    assert query["aggregation"] == ["Total"]


def test_question_is_for_one_resource_at_resource_manager(
    scripted_server: ScriptedServer,
) -> None:
    """The batch call wants a role on the subscription; this one is answered on the resource's."""
    scripted_server.reply_with(Reply(200, _answer()))

    last_requests(["run-1"], clock.now() - HOUR)

    seen = scripted_server.seen[0]
    assert seen.method == "GET"
    assert urlsplit(seen.path).path == (
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local"
        "/providers/Microsoft.CognitiveServices/accounts/local"
        "/providers/Microsoft.Insights/metrics"
    )
    assert parse_qs(urlsplit(seen.path).query)["metricnames"] == [
        "AzureOpenAIRequests,ModelRequests"
    ]


def test_use_in_either_metric_counts(scripted_server: ScriptedServer) -> None:
    """Open-weight models are counted by `ModelRequests`; of both metrics the newer use counts."""
    early, late = {"2026-11-20T10:00:00Z": 1.0}, {"2026-11-22T10:00:00Z": 1.0}
    body = _body(
        _metric("AzureOpenAIRequests", _series("run-1", early)),
        _metric("ModelRequests", _series("run-1", late), _series("run-2", early)),
    )
    scripted_server.reply_with(Reply(200, body))

    found = last_requests(["run-1", "run-2"], clock.now() - HOUR)

    assert found == {
        "run-1": datetime(2026, 11, 22, 11, tzinfo=UTC),
        "run-2": datetime(2026, 11, 20, 11, tzinfo=UTC),
    }


def test_metric_that_is_refused_is_left_out(scripted_server: ScriptedServer) -> None:
    """An account without one of the metrics, or without a dimension, answers for the other."""
    refusal = Reply(400, {"error": {"code": "BadRequest", "message": "No such metric."}})
    used = _series("run-1", {"2026-11-20T10:00:00Z": 1.0})
    scripted_server.reply_with(
        refusal, refusal, refusal, refusal, Reply(200, _answer(used, name="ModelRequests"))
    )

    found = last_requests(["run-1"], clock.now() - HOUR)

    asked = [parse_qs(urlsplit(seen.path).query) for seen in scripted_server.seen]
    assert found == {"run-1": datetime(2026, 11, 20, 11, tzinfo=UTC)}
    assert [one["metricnames"][0] for one in asked[1:]] == [
        *["AzureOpenAIRequests"] * 2,
        *["ModelRequests"] * 2,
    ]
    assert asked[-1]["$filter"] == ["ModelDeploymentName eq '*'"]


def test_without_any_metric_nothing_is_known(scripted_server: ScriptedServer) -> None:
    """If no question is understood, the refusal is the answer, and not "not used"."""
    scripted_server.reply_with(Reply(400, {"error": {"code": "BadRequest", "message": "No."}}))

    with pytest.raises(ServiceError) as caught:
        last_requests(["run-1"], clock.now() - HOUR)

    assert caught.value.status == 400


def test_metric_with_an_error_is_no_zero(scripted_server: ScriptedServer) -> None:
    """A metric that Azure Monitor could not read has no series, which is not "not used"."""
    body = _body(_metric("AzureOpenAIRequests", error="InternalError"))
    scripted_server.reply_with(Reply(200, body))

    with pytest.raises(ServiceError) as caught:
        last_requests(["run-1"], clock.now() - HOUR)

    assert caught.value.code == "metrics_unreadable"


def test_short_failure_is_tried_again(scripted_server: ScriptedServer) -> None:
    """One 503 does not make a day's decision unknown."""
    scripted_server.reply_with(Reply(503), Reply(200, _answer()))

    assert last_requests(["run-1"], clock.now() - HOUR) == {"run-1": None}


@pytest.mark.usefixtures("app")
def test_role_on_the_resource_is_enough(emulator: Emulator) -> None:
    """With Monitoring Reader on the resource the question is answered, without it refused."""
    emulator.control("roles", {"Monitoring Reader": "account"})
    answered = last_requests(["run-1"], clock.now() - HOUR)
    emulator.control("roles", {"Monitoring Reader": "none"})

    with pytest.raises(ServiceError) as caught:
        last_requests(["run-1"], clock.now() - HOUR)

    assert answered == {"run-1": None}
    assert (caught.value.status, caught.value.code) == (403, "AuthorizationFailed")
    assert "Monitoring Reader on the Azure OpenAI resource" in caught.value.hint


@pytest.mark.parametrize(
    "body",
    [
        {"value": []},
        {"values": [{"timespan": "a/b", "value": []}]},
        _answer(name="SomethingElse"),
        _answer({"metadatavalues": [], "data": []}),
        {"nothing": "of the kind"},
        _answer(_series("run-1", {"not a time": 1.0})),
    ],
)
def test_answer_of_another_shape_is_no_answer(
    scripted_server: ScriptedServer, body: object
) -> None:
    """What cannot be understood is an error, never "not used": the caller would delete."""
    scripted_server.reply_with(Reply(200, body))

    with pytest.raises(ServiceError):
        last_requests(["run-1"], clock.now() - HOUR)


def test_answer_that_may_be_cut_is_no_answer(scripted_server: ScriptedServer) -> None:
    """As many series as were allowed may be fewer than there are."""
    series = [_series(f"run-{number}", {}) for number in range(1000)]
    scripted_server.reply_with(Reply(200, _answer(*series)))

    with pytest.raises(ServiceError) as caught:
        last_requests(["other"], clock.now() - HOUR)

    assert caught.value.code == "metrics_cut"


def test_refusal_names_the_role(scripted_server: ScriptedServer) -> None:
    """A 403 says which role is missing."""
    scripted_server.reply_with(
        Reply(403, {"error": {"code": "AuthorizationFailed", "message": "No."}})
    )

    with pytest.raises(ServiceError) as caught:
        last_requests(["run-1"], clock.now() - HOUR)

    assert "Monitoring Reader" in caught.value.hint


def _span(path: str) -> tuple[datetime, datetime]:
    query = parse_qs(urlsplit(path).query)
    start, _, end = query["timespan"][0].partition("/")
    return datetime.fromisoformat(start), datetime.fromisoformat(end)
