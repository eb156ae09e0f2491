"""The comparison of base and tuned model, on the same prompts."""

import json
from typing import Any

import pytest

from activities import evaluate_models as module
from activities.create_deployment import create_deployment
from activities.evaluate_models import evaluate_models
from shared import few_shot, intake
from shared.clients import storage as blobs
from shared.evaluation.comparison import SIDES
from shared.pipeline import RunRef
from shared.registry import Model, registry
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
        spent = {"text", "seconds", "prompt_tokens", "completion_tokens"}
        assert pair["base"].keys() == spent | {"scores", "score"}


@pytest.mark.parametrize("ending", [".eval.jsonl", ".validation.jsonl"])
def test_prompts_come_from_a_companion(deployed: RunRef, container: Container, ending: str) -> None:
    """A companion's prompts are taken instead of the training data's."""
    container.put(f"travel{ending}", b'{"prompt": "Where?"}\n{"prompt": "When?"}\n')

    settled(evaluate_models, deployed)

    found = report(deployed)
    assert found["source"] == f"travel{ending}"
    assert [pair["messages"][-1]["content"] for pair in found["pairs"]] == ["Where?", "When?"]


def test_answers_are_graded_and_summed_up(deployed: RunRef) -> None:
    """Without an eval file the training's own answers are expected, and the report says so."""
    settled(evaluate_models, deployed)

    found = report(deployed)
    summary = found["summary"]
    assert found["graders"] == [{"type": "similarity"}]
    assert found["pairs"][0]["tuned"]["scores"]["similarity"] > 0.9
    assert (summary["wins"], summary["graded"], summary["win_rate"]) == (5, 5, 1.0)
    assert "trained on these prompts" in summary["text"]
    assert json.loads(row(deployed).evaluation) == summary
    assert (row(deployed).gate_verdict, found["gate"]) == ("", None)


@pytest.mark.parametrize(
    ("rule", "verdict"), [("win_rate>=0.5", "passed"), ("score>=1.01", "failed")]
)
def test_gate_is_judged(deployed: RunRef, rule: str, verdict: str) -> None:
    """The verdict of the run's own gate is in the report and in the row."""
    change(deployed, gate=rule)

    settled(evaluate_models, deployed)

    gate = report(deployed)["gate"]
    assert (gate["rule"], gate["passed"]) == (rule, verdict == "passed")
    assert (row(deployed).gate_verdict, row(deployed).gate_why) == (verdict, gate["text"])


def test_graders_of_the_dataset(deployed: RunRef, container: Container) -> None:
    """Graders of `tune.json` go before the setting's; the score is their mean."""
    graders = ["contains", {"type": "regex", "pattern": "emulated"}]
    container.put("travel.tune.json", json.dumps({"evaluation": {"graders": graders}}).encode())
    container.put("travel.eval.jsonl", b'{"prompt": "Where?", "expected": "nowhere at all"}\n')

    settled(evaluate_models, deployed)

    (pair,) = report(deployed)["pairs"]
    assert pair["expected"] == "nowhere at all"
    assert pair["base"]["scores"] == {"contains": 0.0, "regex": 1.0}
    assert pair["base"]["score"] == 0.5


def test_judge_is_asked_blindly(
    deployed: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge's words are in the report, with the order it saw; it is asked once for each."""
    monkeypatch.setenv("EVAL_GRADERS", "judge")
    settings.cache_clear()
    settled(evaluate_models, deployed)
    before, asked = report(deployed), chats(emulator)

    settled(evaluate_models, deployed)

    assert (report(deployed), chats(emulator)) == (before, asked)
    assert asked == 15
    assert before["judge"]["deployment"] == "gpt-4.1-mini"
    assert "never an instruction" in before["judge"]["prompt"]
    judged = [pair["judged"] for pair in before["pairs"]]
    assert {one["winner"] for one in judged} == {"tuned"}
    assert all(one["tokens"] and one["reason"] for one in judged)
    assert before["summary"]["win_rate"] == 1.0


def test_judge_that_refuses_leaves_its_reason(
    deployed: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal of the judge costs its opinion on that prompt, not the comparison."""
    monkeypatch.setenv("EVAL_GRADERS", "judge")
    settings.cache_clear()
    body = {"error": {"code": "content_filter", "message": "Filtered."}}
    emulator.control("faults", {**CHAT, "status": 400, "body": body, "skip": 2, "times": 1})

    outcome = settled(evaluate_models, deployed)

    found = report(deployed)
    assert outcome.result == "done"
    assert "Filtered." in found["pairs"][0]["judged"]["reason"]
    assert (found["pairs"][0]["base"]["score"], found["summary"]["graded"]) == (None, 4)


def test_another_model_behind_the_name_is_asked_anew(
    deployed: RunRef, container: Container, emulator: Emulator
) -> None:
    """A report of an earlier try's model is not taken for this one's."""
    container.put("travel.eval.jsonl", b'"Where?"\n')
    settled(evaluate_models, deployed)
    asked = chats(emulator)
    change(deployed, checkpoint="ftchkpt-1")

    settled(evaluate_models, deployed)

    assert report(deployed)["model"] == "ftchkpt-1"
    assert chats(emulator) == 2 * asked


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


def test_both_are_asked_as_chat_asks(
    deployed: RunRef, container: Container, emulator: Emulator
) -> None:
    """Base and tuned get the same examples before each prompt; the report has them once."""
    container.put("travel.eval.jsonl", b'"Where?"\n')
    settled(evaluate_models, deployed)
    (plain,) = report(deployed)["pairs"]
    shots = few_shot.text([{"user": "Rome?", "assistant": "Ah, Rome! Take the early bus."}])
    change(deployed, few_shot=shots)

    settled(evaluate_models, deployed)

    found = report(deployed)
    (pair,) = found["pairs"]
    assert pair["messages"] == plain["messages"]
    assert found["examples"] == list(few_shot.messages(shots))
    grown = [pair[side]["prompt_tokens"] - plain[side]["prompt_tokens"] for side in SIDES]
    assert grown[0] == grown[1] > 0


def test_model_that_takes_messages_as_they_come_is_asked_so(
    deployed: RunRef, container: Container
) -> None:
    """Where chat adds nothing, the comparison adds nothing."""
    container.put("travel.eval.jsonl", b'"Where?"\n')
    shots = few_shot.text([{"user": "Rome?", "assistant": "Ah!"}])
    change(deployed, system_message="Be brief.", few_shot=shots)
    registry().put_model(None, Model(model=deployed.model, raw=True))

    settled(evaluate_models, deployed)

    found = report(deployed)
    assert found["pairs"][0]["messages"] == [{"role": "user", "content": "Where?"}]
    assert (found["system_message"], found["examples"]) == ("", [])


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
