"""Which prompts are compared, and what is put before them."""

import pytest

from activities.evaluate_models import evaluate_models
from shared.evaluation.comparison import SIDES
from shared.prompts import few_shot
from shared.registry import Model, registry
from shared.runs.orchestration import RunRef
from tests.activities.calls import settle
from tests.activities.conftest import change, pin
from tests.activities.evaluate_models import report
from tests.container import Container
from tests.services import Emulator


def test_both_models_answer_the_same_prompts(deployed_run: RunRef) -> None:
    """The report has each prompt with both answers, their tokens and their time."""
    outcome = settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    assert outcome.result == "done"
    assert (found["base"], found["tuned"], found["source"]) == (
        "gpt-4.1-mini",
        deployed_run.run,
        "brolly.jsonl",
    )
    assert len(found["pairs"]) == 5
    for pair in found["pairs"]:
        assert pair["base"]["text"] != pair["tuned"]["text"]
        spent = {"text", "seconds", "prompt_tokens", "completion_tokens"}
        assert pair["base"].keys() == spent | {"scores", "score"}


@pytest.mark.parametrize("ending", [".eval.jsonl", ".validation.jsonl"])
def test_prompts_come_from_a_companion(
    deployed_run: RunRef, container: Container, ending: str
) -> None:
    """A companion's prompts are taken instead of the training data's."""
    container.put(f"brolly{ending}", b'{"prompt": "Where?"}\n{"prompt": "When?"}\n')
    pin(deployed_run)

    settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    assert found["source"] == f"brolly{ending}"
    assert [pair["messages"][-1]["content"] for pair in found["pairs"]] == ["Where?", "When?"]


def test_eval_file_is_taken_before_the_validation_file(
    deployed_run: RunRef, container: Container
) -> None:
    """Of two companions the one made for this purpose counts."""
    container.put("brolly.eval.jsonl", b'"From eval?"\n')
    container.put("brolly.validation.jsonl", b'"From validation?"\n')
    pin(deployed_run)

    settle(evaluate_models, deployed_run)

    assert report(deployed_run)["source"] == "brolly.eval.jsonl"


def test_companion_without_prompts_is_passed_over(
    deployed_run: RunRef, container: Container
) -> None:
    """A companion that has nothing to ask does not make the comparison empty."""
    container.put("brolly.eval.jsonl", b"nothing\n")
    pin(deployed_run)

    settle(evaluate_models, deployed_run)

    assert report(deployed_run)["source"] == "brolly.jsonl"


def test_trained_system_message_is_added(deployed_run: RunRef, container: Container) -> None:
    """Prompts without a system message get the one that the model was trained with."""
    container.put("brolly.eval.jsonl", b'"Where?"\n')
    pin(deployed_run)
    change(deployed_run, chat_system_message="Be brief.")

    settle(evaluate_models, deployed_run)

    assert report(deployed_run)["pairs"][0]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Where?"},
    ]


def test_both_are_asked_as_chat_asks(
    deployed_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """Base and tuned get the same examples before each prompt; the report has them once."""
    container.put("brolly.eval.jsonl", b'"Where?"\n')
    pin(deployed_run)
    settle(evaluate_models, deployed_run)
    (plain,) = report(deployed_run)["pairs"]
    shots = few_shot.examples([{"user": "Rome?", "assistant": "Ah, Rome! Take the early bus."}])
    change(deployed_run, chat_few_shot=shots)

    settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    (pair,) = found["pairs"]
    assert pair["messages"] == plain["messages"]
    assert found["examples"] == list(few_shot.messages(shots))
    grown = [pair[side]["prompt_tokens"] - plain[side]["prompt_tokens"] for side in SIDES]
    assert grown[0] == grown[1] > 0


def test_model_that_takes_messages_as_they_come_is_asked_so(
    deployed_run: RunRef, container: Container
) -> None:
    """Where chat adds nothing, the comparison adds nothing."""
    container.put("brolly.eval.jsonl", b'"Where?"\n')
    pin(deployed_run)
    shots = few_shot.examples([{"user": "Rome?", "assistant": "Ah!"}])
    change(deployed_run, chat_system_message="Be brief.", chat_few_shot=shots)
    registry().put_model(None, Model(model=deployed_run.model, raw=True))

    settle(evaluate_models, deployed_run)

    found = report(deployed_run)
    assert found["pairs"][0]["messages"] == [{"role": "user", "content": "Where?"}]
    assert (found["system_message"], found["examples"]) == ("", [])


def test_dataset_that_changed_cannot_be_compared(
    deployed_run: RunRef, container: Container
) -> None:
    """Prompts of other bytes are not this run's; the refusal says so."""
    container.put("brolly.jsonl", b'"Where?"\n')

    outcome = settle(evaluate_models, deployed_run)

    assert (outcome.result, outcome.code) == ("refused", "dataset_changed")
