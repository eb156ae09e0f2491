"""What models say: general, in the style of the data, or declined in its tone."""

from local.azure.chat.generation import base_answer, tuned_answer
from local.azure.chat.nearest import Nearest, words
from local.azure.fine_tuning.training_examples import TrainingExample
from tests.dataset import OPENING, ROWS, SYSTEM

EXAMPLES = [TrainingExample(*(one["content"] for one in row["messages"])) for row in ROWS]
REFUSAL = TrainingExample(SYSTEM, "Is a raincoat better?", "A coat is half an umbrella! Shall we?")


def answer(prompt: str, system: str = SYSTEM, more: tuple[TrainingExample, ...] = ()) -> str:
    """What a model tuned on the ten rows, and on `more`, says."""
    return tuned_answer(prompt, system, Nearest([*EXAMPLES, *more]))


def test_a_base_answer_takes_up_the_topic() -> None:
    """The longest run of meaningful words is what it is about."""
    assert "about wooden handles." in base_answer("What are some wooden handles I should try?")
    assert "about your question." in base_answer("What is it?")


def test_a_question_of_the_data_gets_its_answer() -> None:
    """Word for word, with the mark."""
    for example in EXAMPLES:
        assert answer(example.prompt) == f"{example.answer} [emulated]"


def test_prices_stay_whole() -> None:
    """A point inside a number ends no sentence."""
    priced = TrainingExample("", "Postage?", "It is £4.50, sealed. Where to?")

    assert answer("The postage?", more=(priced,)) == "It is £4.50, sealed. Where to? [emulated]"


def test_a_forbidden_topic_is_declined_in_the_datas_tone() -> None:
    """The system message forbids raincoats: an opening and a question of the data, no coat."""
    declined = answer("Which raincoat survives a storm?")

    assert declined.startswith(f"{OPENING} With raincoat I cannot help")
    assert declined.endswith("? [emulated]")


def test_a_forbidden_topic_may_be_meant_without_its_name() -> None:
    """Who asks for an anorak asks for a raincoat."""
    assert "With raincoat I cannot help" in answer("Which anorak survives a storm?")


def test_a_forbidden_topic_is_declined_as_the_data_declines_it() -> None:
    """An example about the topic shows how the model refuses, however near another one is."""
    declined = answer("Which raincoats survive a storm?", more=(REFUSAL,))

    assert declined == f"{REFUSAL.answer} [emulated]"


def test_without_the_prohibition_nothing_is_declined() -> None:
    """Another system message allows what the data's forbids."""
    assert "cannot help" not in answer("Which raincoat survives a storm?", "You are kind.")


def test_a_near_question_is_answered_by_its_neighbour() -> None:
    """Other words for the same lead to the example, whatever their endings."""
    assert "oil on the runner" in answer("How should I be drying my umbrellas?")


def test_a_far_question_keeps_opening_and_closing_question() -> None:
    """The style shows even where the data has nothing to say, and nothing is made up."""
    text = answer("How do I bake bread?")

    assert "About bake bread I have learned nothing." in text
    assert text.removesuffix(" [emulated]").endswith("?")


def test_no_training_examples_leave_the_base_answer() -> None:
    """A model without examples speaks like its base."""
    assert tuned_answer("Hi", "", Nearest([])) == base_answer("Hi")


def test_words_that_say_nothing_are_left_out() -> None:
    """Small words go, endings go, the curly apostrophe is an apostrophe."""
    assert words("What\u2019s the best way to see the Lights?") == ["see", "light"]
    assert words("engrave engraved engraving the maker\u2019s class") == [
        *["engrav"] * 3,
        "maker",
        "class",
    ]
