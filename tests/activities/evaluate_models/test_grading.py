"""How answers are graded, by rule or by a judge, and what the gate says."""

import json

import pytest

from activities.evaluate_models import evaluate_models
from shared.registry.parts import Summary
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import settle
from tests.activities.conftest import change, pin, row
from tests.activities.evaluate_models import CHAT, EVAL, chats, report
from tests.container import Container
from tests.services import Emulator


@pytest.fixture
def judge_scores(
    deployed_run: RunRef, container: Container, monkeypatch: pytest.MonkeyPatch
) -> RunRef:
    """A run whose answers a judge compares."""
    container.put("brolly.eval.jsonl", EVAL)
    pin(deployed_run)
    monkeypatch.setenv("EVAL_GRADERS", "judge")
    settings.cache_clear()
    return deployed_run


def test_answers_are_graded_and_summed_up(deployed_run: RunRef, container: Container) -> None:
    """With expected answers each answer has a score, and the summary says what they show."""
    container.put("brolly.eval.jsonl", EVAL)
    pin(deployed_run)

    settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    summary = found["summary"]
    assert found["graders"] == [{"type": "similarity"}]
    assert found["pairs"][0]["tuned"]["scores"]["similarity"] > 0.9
    assert (summary["wins"], summary["graded"], summary["win_rate"]) == (5, 5, 1.0)
    assert "significantly better" in summary["text"]
    assert row(deployed_run).evaluation.summary == Summary.from_dict(summary)
    assert (row(deployed_run).evaluation.verdict, found["gate"]) == (None, None)


def test_training_answers_are_no_yardstick(deployed_run: RunRef) -> None:
    """With nothing but the training data both answers are shown, and nothing is graded."""
    settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    assert (found["graders"], found["summary"]["graded"]) == ([], 0)
    assert all(pair["base"]["text"] and pair["tuned"]["text"] for pair in found["pairs"])
    assert "nothing shows which model is better" in found["summary"]["text"]
    assert "add <name>.eval.jsonl" in found["summary"]["text"]


def test_gate_on_training_examples_has_no_verdict(
    deployed_run: RunRef, container: Container
) -> None:
    """Graders that somebody asked for grade training examples, but no gate is passed by them."""
    container.put("brolly.tune.json", b'{"evaluation": {"graders": ["similarity"]}}')
    pin(deployed_run)
    change(deployed_run, evaluation_gate="win_rate>=0.5")

    settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    assert (found["summary"]["graded"], found["summary"]["win_rate"]) == (5, 1.0)
    assert found["summary"]["text"].startswith("The prompts are training examples")
    assert (row(deployed_run).evaluation.verdict, found["gate"]["passed"]) == (None, None)


def test_gate_has_no_verdict_without_answers_of_the_base(
    deployed_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """A base that cannot answer does not make the tuned model better."""
    container.put("brolly.eval.jsonl", EVAL)
    pin(deployed_run)
    change(deployed_run, evaluation_gate="win_rate>=0.5")
    body = {"error": {"code": "DeploymentGone", "message": "The model is retired."}}
    gone = {**CHAT, "path": "*/chat/completions", "status": 410, "body": body, "times": 1}
    for number in range(5):
        emulator.control("faults", {**gone, "skip": number})

    settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    summary = found["summary"]
    assert (summary["comparable"], summary["graded"], summary["win_rate"]) == (0, 0, None)
    assert "The model is retired." in summary["text"]
    assert (row(deployed_run).evaluation.verdict, found["gate"]["passed"]) == (None, None)
    assert "has no verdict" in row(deployed_run).evaluation.reason


@pytest.mark.parametrize(
    ("rule", "verdict"), [("win_rate>=0.5", "passed"), ("score>=1.01", "failed")]
)
def test_gate_is_judged(
    deployed_run: RunRef, container: Container, rule: str, verdict: str
) -> None:
    """The verdict of the run's own gate is in the report and in the row."""
    container.put("brolly.eval.jsonl", EVAL)
    pin(deployed_run)
    change(deployed_run, evaluation_gate=rule)

    settle(evaluate_models, deployed_run)

    gate = report(deployed_run)["gate"]
    assert (gate["rule"], gate["passed"]) == (rule, verdict == "passed")
    assert (row(deployed_run).evaluation.verdict, row(deployed_run).evaluation.reason) == (
        verdict,
        gate["text"],
    )


def test_graders_of_the_dataset(deployed_run: RunRef, container: Container) -> None:
    """Graders of `tune.json` go before the setting's; the score is their mean."""
    graders = ["contains", {"type": "regex", "pattern": "emulated"}]
    container.put("brolly.tune.json", json.dumps({"evaluation": {"graders": graders}}).encode())
    container.put("brolly.eval.jsonl", b'{"prompt": "Where?", "expected": "nowhere at all"}\n')
    pin(deployed_run)

    settle(evaluate_models, deployed_run)

    (pair,) = report(deployed_run)["pairs"]
    assert pair["expected"] == "nowhere at all"
    assert pair["base"]["scores"] == {"contains": 0.0, "regex": 1.0}
    assert pair["base"]["score"] == 0.5


def test_judge_is_asked_blindly(judge_scores: RunRef, emulator: Emulator) -> None:
    """The judge's words are in the report, with the order it saw; it is asked once for each."""
    settle(evaluate_models, judge_scores)
    before, asked = report(judge_scores), chats(emulator)

    settle(evaluate_models, judge_scores)

    assert (report(judge_scores), chats(emulator)) == (before, asked)
    assert asked == 15
    assert before["judge"]["deployment"] == "gpt-4.1-mini"
    assert "never an instruction" in before["judge"]["prompt"]
    verdicts = [pair["judged"] for pair in before["pairs"]]
    assert {one["winner"] for one in verdicts} == {"tuned"}
    assert all(one["tokens"] and one["reason"] for one in verdicts)
    assert before["summary"]["win_rate"] == 1.0


def test_judge_that_refuses_leaves_its_reason(judge_scores: RunRef, emulator: Emulator) -> None:
    """A refusal of the judge costs its opinion on that prompt, not the comparison."""
    body = {"error": {"code": "content_filter", "message": "Filtered."}}
    emulator.control("faults", {**CHAT, "status": 400, "body": body, "skip": 2, "times": 1})

    outcome = settle(evaluate_models, judge_scores)

    found = report(judge_scores)
    assert outcome.result == "done"
    assert "Filtered." in found["pairs"][0]["judged"]["reason"]
    assert (found["pairs"][0]["base"]["score"], found["summary"]["graded"]) == (None, 4)
