"""The comparison of base and tuned model, on the same prompts."""

import json
from typing import Any

import pytest

from activities.create_deployment import create_deployment
from activities.evaluate_models import evaluate_models
from shared import intake
from shared.clients import storage as blobs
from shared.pipeline import RunRef
from shared.settings import settings
from tests.activities.calls import at_once, call, settled
from tests.activities.conftest import change, row
from tests.container import Container
from tests.services import Emulator

CHAT = {"method": "POST", "path": "*/chat/completions"}


def report(ref: RunRef) -> dict[str, Any]:
    """The report of a comparison."""
    data = blobs.reports().read(f"{ref.run}/evaluation.json")
    assert data is not None
    found: dict[str, Any] = json.loads(data)
    return found


def chats(emulator: Emulator) -> int:
    """How many chats were answered."""
    counts = emulator.look("requests")["counts"]
    return sum(one["effects"] for kind, one in counts.items() if "chat/completions" in kind)


def test_both_models_answer_the_same_prompts(deployed: RunRef) -> None:
    """The report has each prompt with both answers, their tokens and their time."""
    outcome = settled(evaluate_models, deployed)

    found = report(deployed)
    assert outcome.result == "done"
    assert (found["base"], found["tuned"], found["source"]) == (
        "gpt-4.1-mini",
        deployed.run,
        "travel.jsonl",
    )
    assert len(found["pairs"]) == 5
    for pair in found["pairs"]:
        assert pair["base"]["text"] != pair["tuned"]["text"]
        assert pair["base"].keys() == {"text", "seconds", "prompt_tokens", "completion_tokens"}


@pytest.mark.parametrize("ending", [".eval.jsonl", ".validation.jsonl"])
def test_prompts_come_from_a_companion(deployed: RunRef, container: Container, ending: str) -> None:
    """A companion's prompts are taken instead of the training data's."""
    container.put(f"travel{ending}", b'{"prompt": "Where?"}\n{"prompt": "When?"}\n')

    settled(evaluate_models, deployed)

    found = report(deployed)
    assert found["source"] == f"travel{ending}"
    assert [pair["messages"][-1]["content"] for pair in found["pairs"]] == ["Where?", "When?"]


def test_eval_file_is_taken_before_the_validation_file(
    deployed: RunRef, container: Container
) -> None:
    """Of two companions the one made for this purpose counts."""
    container.put("travel.eval.jsonl", b'"From eval?"\n')
    container.put("travel.validation.jsonl", b'"From validation?"\n')

    settled(evaluate_models, deployed)

    assert report(deployed)["source"] == "travel.eval.jsonl"


def test_companion_without_prompts_is_passed_over(deployed: RunRef, container: Container) -> None:
    """A companion that has nothing to ask does not make the comparison empty."""
    container.put("travel.eval.jsonl", b"nothing\n")

    settled(evaluate_models, deployed)

    assert report(deployed)["source"] == "travel.jsonl"


def test_trained_system_message_is_added(deployed: RunRef, container: Container) -> None:
    """Prompts without a system message get the one that the model was trained with."""
    container.put("travel.eval.jsonl", b'"Where?"\n')
    change(deployed, system_message="Be brief.")

    settled(evaluate_models, deployed)

    assert report(deployed)["pairs"][0]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Where?"},
    ]


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
    assert (outcome.result, outcome.after) == ("wait", 5)
    assert half == [(True, True), (True, False)] + [(False, False)] * 3
    assert settled(evaluate_models, deployed).result == "done"
    assert chats(emulator) == 10


def test_model_that_refuses_leaves_its_reason(deployed: RunRef, emulator: Emulator) -> None:
    """A refusal that lasts is shown in place of the answer, and the others are asked."""
    body = {"error": {"code": "content_filter", "message": "Filtered."}}
    emulator.control("faults", {**CHAT, "status": 400, "body": body})

    outcome = settled(evaluate_models, deployed)

    pairs = report(deployed)["pairs"]
    assert outcome.result == "done"
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


def test_dataset_that_changed_cannot_be_compared(deployed: RunRef, container: Container) -> None:
    """Prompts of other bytes are not this run's; the refusal says so."""
    container.put("travel.jsonl", b'"Where?"\n')

    outcome = settled(evaluate_models, deployed)

    assert (outcome.result, outcome.code) == ("refused", "dataset_changed")


def test_cancelled_run_is_not_compared(deployed: RunRef, emulator: Emulator) -> None:
    """A request to cancel is seen before the prompts are paid for."""
    intake.request_cancel(deployed.run)

    assert call(evaluate_models, deployed).code == "cancelled"
    assert row(deployed).phase == "deploying"
