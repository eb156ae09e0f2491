"""How answers are graded, by rule or by a judge, and what the gate says."""

import json

import pytest

from activities.evaluate_models import evaluate_models
from shared.registry.records import Summary
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import settle
from tests.activities.conftest import change, row
from tests.activities.evaluate_models import CHAT, chats, report
from tests.container import Container
from tests.services import Emulator


@pytest.fixture
def judge_scores(deployed_run: RunRef, monkeypatch: pytest.MonkeyPatch) -> RunRef:
    """A run whose answers a judge compares."""
    monkeypatch.setenv("EVAL_GRADERS", "judge")
    settings.cache_clear()
    return deployed_run


def test_answers_are_graded_and_summed_up(deployed_run: RunRef) -> None:
    """Without an eval file the training's own answers are expected, and the report says so."""
    settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    summary = found["summary"]
    assert found["graders"] == [{"type": "similarity"}]
    assert found["pairs"][0]["tuned"]["scores"]["similarity"] > 0.9
    assert (summary["wins"], summary["graded"], summary["win_rate"]) == (5, 5, 1.0)
    assert "trained on these prompts" in summary["text"]
    assert row(deployed_run).evaluation.summary == Summary.from_dict(summary)
    assert (row(deployed_run).evaluation.verdict, found["gate"]) == (None, None)


@pytest.mark.parametrize(
    ("rule", "verdict"), [("win_rate>=0.5", "passed"), ("score>=1.01", "failed")]
)
def test_gate_is_judged(deployed_run: RunRef, rule: str, verdict: str) -> None:
    """The verdict of the run's own gate is in the report and in the row."""
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
