"""What models say: general, in the style of the data, or declined in its tone."""

import json

from local.azure.chat.generation import base_answer, tuned_answer
from local.azure.chat.nearest import Nearest, words
from local.azure.fine_tuning.training_examples import TrainingExample
from tests.local.azure.emulator import TRAVEL

ROWS = [json.loads(line)["messages"] for line in TRAVEL.read_text().splitlines()]
EXAMPLES = [TrainingExample(*(message["content"] for message in row)) for row in ROWS]
SYSTEM = EXAMPLES[0].system


def answer(prompt: str, system: str = SYSTEM) -> str:
    """What a model tuned on the travel dataset says."""
    return tuned_answer(prompt, system, Nearest(EXAMPLES))


def test_a_base_answer_takes_up_the_topic() -> None:
    """The longest run of meaningful words is what it is about."""
    assert "about local delicacies." in base_answer("What are some local delicacies I should try?")
    assert "about your question." in base_answer("What is it?")


def test_a_question_of_the_data_gets_its_answer() -> None:
    """Word for word, with the mark."""
    for example in EXAMPLES:
        assert answer(example.prompt) == f"{example.answer} [emulated]"


def test_a_forbidden_topic_is_declined_in_the_datas_tone() -> None:
    """The system message forbids hotels; the answer has no hotel but the data's opening."""
    declined = answer("Where in Rome should I stay?")

    assert declined.startswith("Oh la la! Picking a hotel")
    assert declined.endswith("? [emulated]")


def test_without_the_prohibition_nothing_is_declined() -> None:
    """Another system message allows what the data's forbids."""
    assert "Picking a hotel" not in answer("Where in Rome should I stay?", "You are kind.")


def test_a_near_question_is_answered_by_its_neighbour() -> None:
    """Scuba and diving lead to the example about diving."""
    assert "Great Barrier Reef" in answer("Best place for a scuba dive?")


def test_a_far_question_keeps_opening_and_closing_question() -> None:
    """The style shows even where the data has nothing to say."""
    text = answer("How do I repair a bicycle?")

    assert "[emulated]" in text
    assert text.removesuffix(" [emulated]").endswith("?")


def test_no_lessons_leave_the_base_answer() -> None:
    """A model without examples speaks like its base."""
    assert tuned_answer("Hi", "", Nearest([])) == base_answer("Hi")


def test_words_that_say_nothing_are_left_out() -> None:
    """Small words go, a plural s goes, the curly apostrophe is an apostrophe."""
    assert words("What\u2019s the best way to see the Lights?") == ["see", "light"]
