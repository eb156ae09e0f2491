"""No answer is paid for twice, and none that fails stops the others."""

import pytest

from activities import evaluate_models as module
from activities.create_deployment import create_deployment
from activities.evaluate_models import evaluate_models
from shared.runs import cancellation
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import change, pin, row
from tests.activities.evaluate_models import CHAT, chats, report
from tests.container import Container
from tests.services import Emulator


def test_another_model_behind_the_name_is_asked_again(
    deployed_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """A report of an earlier try's model is not taken for this one's."""
    container.put("brolly.eval.jsonl", b'"Where?"\n')
    pin(deployed_run)
    settle(evaluate_models, deployed_run)
    asked = chats(emulator)
    change(deployed_run, training_checkpoint="ftchkpt-1")

    settle(evaluate_models, deployed_run)

    assert report(deployed_run)["model"] == "ftchkpt-1"
    assert chats(emulator) == 2 * asked


def test_second_call_asks_nothing(deployed_run: RunRef, emulator: Emulator) -> None:
    """A duplicate finds the report and asks no model again."""
    settle(evaluate_models, deployed_run)
    before, asked = report(deployed_run), chats(emulator)

    settle(evaluate_models, deployed_run)

    assert (report(deployed_run), chats(emulator)) == (before, asked)


def test_rate_limit_in_the_middle_costs_no_answer(deployed_run: RunRef, emulator: Emulator) -> None:
    """What was answered before a 429 is kept, the half of a pair too; the rest is asked later."""
    emulator.control(
        "faults", {**CHAT, "status": 429, "headers": {"retry-after": "5"}, "skip": 3, "times": 1}
    )

    outcome = call(evaluate_models, deployed_run)

    half = [(bool(pair["base"]), bool(pair["tuned"])) for pair in report(deployed_run)["pairs"]]
    assert (outcome.result, outcome.retry_after) == ("wait", 5)
    assert half == [(True, True), (True, False)] + [(False, False)] * 3
    assert settle(evaluate_models, deployed_run).result == "done"
    assert chats(emulator) == 10


def test_many_prompts_take_several_calls(
    deployed_run: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call ends in time, says how far it came, and the next one goes on from there."""
    times = iter(range(100))
    monkeypatch.setattr(module, "SLICE", 1.5)
    monkeypatch.setattr(module, "monotonic", lambda: float(next(times)))

    outcome = call(evaluate_models, deployed_run)

    assert (outcome.result, outcome.message) == ("wait", "1 of 5 prompts are compared.")
    assert settle(evaluate_models, deployed_run).result == "done"
    assert chats(emulator) == 10


def test_model_that_refuses_leaves_its_reason(deployed_run: RunRef, emulator: Emulator) -> None:
    """A refusal that lasts is shown in place of the answer, and the others are asked."""
    body = {"error": {"code": "content_filter", "message": "Filtered."}}
    emulator.control("faults", {**CHAT, "status": 400, "body": body})

    outcome = settle(evaluate_models, deployed_run)

    pairs = report(deployed_run)["pairs"]
    assert outcome.result == "done"
    assert pairs[0]["base"]["score"] is None
    assert pairs[0]["tuned"]["score"] is None
    assert pairs[0]["base"]["error"]["code"] == "content_filter"
    assert pairs[0]["tuned"]["text"]
    assert pairs[1]["base"]["text"]


def test_duplicates_at_once_end_in_one_report(
    trained_run: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four at the same time leave a whole report."""
    monkeypatch.setenv("DEPLOYMENT_CAPACITY", "500")
    settings.cache_clear()
    settle(create_deployment, trained_run)

    outcomes = at_once(evaluate_models, trained_run)

    assert {outcome.result for outcome in outcomes} == {"done"}
    assert all(pair["base"] and pair["tuned"] for pair in report(trained_run)["pairs"])


def test_cancelled_run_is_not_compared(deployed_run: RunRef, emulator: Emulator) -> None:
    """A request to cancel is seen before the prompts are paid for."""
    cancellation.request_cancel(deployed_run.run)

    assert call(evaluate_models, deployed_run).code == "cancelled"
    assert row(deployed_run).phase == "deploying"
