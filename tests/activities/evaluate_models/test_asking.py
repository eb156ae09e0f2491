"""No answer is paid for twice, and none that fails stops the others."""

import pytest

from activities import evaluate_models as module
from activities.create_deployment import create_deployment
from activities.evaluate_models import evaluate_models
from shared.runs import intake
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import at_once, call, settled
from tests.activities.conftest import change, row
from tests.activities.evaluate_models import CHAT, chats, report
from tests.container import Container
from tests.services import Emulator


def test_another_model_behind_the_name_is_asked_anew(
    deployed: RunRef, container: Container, emulator: Emulator
) -> None:
    """A report of an earlier try's model is not taken for this one's."""
    container.put("travel.eval.jsonl", b'"Where?"\n')
    settled(evaluate_models, deployed)
    asked = chats(emulator)
    change(deployed, training_checkpoint="ftchkpt-1")

    settled(evaluate_models, deployed)

    assert report(deployed)["model"] == "ftchkpt-1"
    assert chats(emulator) == 2 * asked


def test_second_call_asks_nothing(deployed: RunRef, emulator: Emulator) -> None:
    """A duplicate finds the report and asks no model again."""
    settled(evaluate_models, deployed)
    before, asked = report(deployed), chats(emulator)

    settled(evaluate_models, deployed)

    assert (report(deployed), chats(emulator)) == (before, asked)


def test_rate_limit_in_the_middle_costs_no_answer(deployed: RunRef, emulator: Emulator) -> None:
    """What was answered before a 429 is kept, the half of a pair too; the rest is asked later."""
    emulator.control(
        "faults", {**CHAT, "status": 429, "headers": {"retry-after": "5"}, "skip": 3, "times": 1}
    )

    outcome = call(evaluate_models, deployed)

    half = [(bool(pair["base"]), bool(pair["tuned"])) for pair in report(deployed)["pairs"]]
    assert (outcome.result, outcome.retry_after) == ("wait", 5)
    assert half == [(True, True), (True, False)] + [(False, False)] * 3
    assert settled(evaluate_models, deployed).result == "done"
    assert chats(emulator) == 10


def test_many_prompts_take_several_calls(
    deployed: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call ends in time, says how far it came, and the next one goes on from there."""
    times = iter(range(100))
    monkeypatch.setattr(module, "SLICE", 1.5)
    monkeypatch.setattr(module, "monotonic", lambda: float(next(times)))

    outcome = call(evaluate_models, deployed)

    assert (outcome.result, outcome.message) == ("wait", "1 of 5 prompts are compared.")
    assert settled(evaluate_models, deployed).result == "done"
    assert chats(emulator) == 10


def test_model_that_refuses_leaves_its_reason(deployed: RunRef, emulator: Emulator) -> None:
    """A refusal that lasts is shown in place of the answer, and the others are asked."""
    body = {"error": {"code": "content_filter", "message": "Filtered."}}
    emulator.control("faults", {**CHAT, "status": 400, "body": body})

    outcome = settled(evaluate_models, deployed)

    pairs = report(deployed)["pairs"]
    assert outcome.result == "done"
    assert pairs[0]["base"]["score"] == 0.0
    assert pairs[0]["base"]["error"]["code"] == "content_filter"
    assert pairs[0]["tuned"]["text"]
    assert pairs[1]["base"]["text"]


def test_duplicates_at_once_end_in_one_report(
    trained: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four at the same moment leave a whole report."""
    monkeypatch.setenv("DEPLOYMENT_CAPACITY", "500")
    settings.cache_clear()
    settled(create_deployment, trained)

    outcomes = at_once(evaluate_models, trained)

    assert {outcome.result for outcome in outcomes} == {"done"}
    assert all(pair["base"] and pair["tuned"] for pair in report(trained)["pairs"])


def test_cancelled_run_is_not_compared(deployed: RunRef, emulator: Emulator) -> None:
    """A request to cancel is seen before the prompts are paid for."""
    intake.request_cancel(deployed.run)

    assert call(evaluate_models, deployed).code == "cancelled"
    assert row(deployed).phase == "deploying"
