"""The companion `<name>.tune.json`."""

import json

import pytest

from shared.datasets import tune_options
from shared.datasets.tune_options import TuneOptions
from shared.evaluation import Grader


def parse_text(tree: object) -> tuple[TuneOptions, list[str]]:
    """Options and the messages of their faults, for a JSON value."""
    tune, faults = tune_options.parse(json.dumps(tree).encode())
    return tune, [fault.message for fault in faults]


def test_no_companion_leaves_every_choice_open() -> None:
    """Without a companion nothing is asked for and nothing is wrong."""
    assert tune_options.parse(None) == (TuneOptions(), [])


def test_every_option_is_read() -> None:
    """Each known key with a good value arrives as it is."""
    tree = {
        "base_model": "gpt-4.1-mini-2025-04-14",
        "suffix": "rome_2-x",
        "seed": 0,
        "training_type": "Developer",
        "hyperparameters": {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 0.5},
        "use_system_message": False,
        "grader": {"type": "string_check"},
    }

    tune, faults = parse_text(tree)

    assert faults == []
    assert tune == TuneOptions(**tree)  # type: ignore[arg-type]


def test_evaluation_and_checkpoint_are_read() -> None:
    """The gate, the graders in their order, and the state that is wanted."""
    graders = ["exact", {"type": "judge", "prompt": "Prefer rhymes."}]
    tree = {"checkpoint": "best", "evaluation": {"gate": "off", "graders": graders}}

    tune, faults = parse_text(tree)

    assert faults == []
    assert (tune.checkpoint, tune.gate) == ("best", "off")
    assert tune.graders == (Grader("exact"), Grader("judge", {"prompt": "Prefer rhymes."}))


@pytest.mark.parametrize(
    ("tree", "fault"),
    [
        ({"checkpoint": "first"}, "$.checkpoint is"),
        ({"evaluation": []}, "$.evaluation is"),
        ({"evaluation": {"gates": "off"}}, "$.evaluation.gates is"),
        ({"evaluation": {"gate": "auto"}}, "$.evaluation.gate is"),
        ({"evaluation": {"gate": 1}}, "$.evaluation.gate is"),
        ({"evaluation": {"graders": []}}, "$.evaluation.graders is"),
        ({"evaluation": {"graders": "exact"}}, "$.evaluation.graders is"),
        ({"evaluation": {"graders": ["exact", "regex"]}}, "$.evaluation.graders[1] is"),
    ],
)
def test_wrong_evaluation_is_a_fault(tree: object, fault: str) -> None:
    """What nobody could judge by is reported with its place, before a training is paid for."""
    _, faults = parse_text(tree)

    assert [one[: len(fault)] for one in faults] == [fault]


def test_auto_leaves_a_hyperparameter_to_the_service() -> None:
    """The word "auto" is no value of its own."""
    tree = {"hyperparameters": {"n_epochs": "auto", "batch_size": "auto"}}

    tune, faults = parse_text(tree)

    assert (tune.hyperparameters, faults) == ({}, [])


def test_auto_is_a_suffix_like_any_other() -> None:
    """Only hyperparameters know "auto"; as a suffix it is a name."""
    tune, faults = parse_text({"suffix": "auto"})

    assert (tune.suffix, faults) == ("auto", [])


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({"base_model": ""}, "$.base_model"),
        ({"base_model": "two words"}, "$.base_model"),
        ({"suffix": "x" * 41}, "$.suffix"),
        ({"suffix": "né"}, "$.suffix"),
        ({"suffix": None}, "$.suffix"),
        ({"seed": -1}, "$.seed"),
        ({"seed": 2**31}, "$.seed"),
        ({"seed": True}, "$.seed"),
        ({"seed": 1.0}, "$.seed"),
        ({"seed": "42"}, "$.seed"),
        ({"training_type": "standard"}, "$.training_type"),
        ({"training_type": ["Standard"]}, "$.training_type"),
        ({"hyperparameters": 3}, "$.hyperparameters"),
        ({"hyperparameters": {"n_epochs": 0}}, "$.hyperparameters.n_epochs"),
        ({"hyperparameters": {"n_epochs": 51}}, "$.hyperparameters.n_epochs"),
        ({"hyperparameters": {"n_epochs": True}}, "$.hyperparameters.n_epochs"),
        ({"hyperparameters": {"batch_size": 257}}, "$.hyperparameters.batch_size"),
        (
            {"hyperparameters": {"learning_rate_multiplier": 0}},
            "$.hyperparameters.learning_rate_multiplier",
        ),
        ({"use_system_message": "yes"}, "$.use_system_message"),
        ({"grader": "exact"}, "$.grader"),
    ],
)
def test_wrong_value_is_a_fault_at_its_path(tree: dict[str, object], path: str) -> None:
    """A wrong value is reported with its JSON path and leaves the option open."""
    tune, faults = tune_options.parse(json.dumps(tree).encode())

    assert [fault.path for fault in faults] == [path]
    assert tune == TuneOptions()


@pytest.mark.parametrize(
    ("tree", "meant"),
    [
        ({"sufix": "x"}, "meant suffix?"),
        ({"hyperparameters": {"epochs": 3}}, "meant n_epochs?"),
        ({"zzz": 1}, "base_model, suffix"),
    ],
)
def test_unknown_key_is_a_fault_with_a_proposal(tree: dict[str, object], meant: str) -> None:
    """A typo is a fault that names what was probably meant, else everything that is known."""
    _, faults = parse_text(tree)

    assert len(faults) == 1
    assert meant in faults[0]


def test_right_options_beside_a_fault_are_kept() -> None:
    """One fault does not hide the others, nor what was right."""
    tune, faults = parse_text({"seed": 7, "suffix": "!", "typo": 1})

    assert tune == TuneOptions(seed=7)
    assert len(faults) == 2


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"3", b"null", b"\xff\xfe{", b"[" * 60_000, b'{"seed": 1}{"seed": 2}'],
    ids=["empty", "cut", "list", "number", "null", "bytes", "deep", "two"],
)
def test_what_is_no_json_object_is_one_fault(data: bytes) -> None:
    """Whatever bytes come, they end as one fault of the whole file."""
    tune, faults = tune_options.parse(data)

    assert tune == TuneOptions()
    assert [fault.path for fault in faults] == ["$"]


def test_byte_order_mark_is_no_fault() -> None:
    """A file saved with a byte order mark is read all the same."""
    assert tune_options.parse(b'\xef\xbb\xbf{"seed": 7}') == (TuneOptions(seed=7), [])


def test_message_names_path_value_and_what_is_wanted() -> None:
    """A fault's message is one sentence with place, value and remedy."""
    _, faults = parse_text({"seed": -1})

    assert faults == ["$.seed is -1; it must be a whole number from 0 to 2147483647."]


@pytest.mark.parametrize(
    "tree",
    [
        {"api_key": "hunter2-hunter2"},
        {"hyperparameters": {"n_epoch": "hunter2-hunter2"}},
        {"seed": {"password": "hunter2-hunter2"}},
        {"hyperparameters": [{"auth": {"token": "hunter2-hunter2"}}]},
        {"evaluation": {"graders": [{"type": "judge", "api_key": "hunter2-hunter2"}]}},
        [{"secret": "hunter2-hunter2"}],
        {"base_model": "my sk-hunter2hunter2hunter2hunter2"},
    ],
)
def test_secret_is_in_no_fault(tree: object) -> None:
    """A secret that somebody wrote into the options is in neither message nor value."""
    _, faults = tune_options.parse(json.dumps(tree).encode())

    shown = " ".join(fault.message for fault in faults)
    assert faults
    assert "hunter2hunter2" not in shown.replace("-", "")
    if not isinstance(tree, dict) or "base_model" not in tree:
        assert "hunter2" not in repr([fault.value for fault in faults])


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        (r'{"base_model": "gpt\ud800"}', "$.base_model"),
        (r'{"examples": [{"user": "\udfff", "assistant": "Hi."}]}', "$.examples[0].user"),
        (r'{"evaluation": {"graders": [{"type": "regex", "pattern": "\ud83d"}]}}', ""),
        (r'{"sufix\ud800": 1}', "$"),
    ],
)
def test_text_that_cannot_be_encoded_is_a_fault(tree: str, path: str) -> None:
    """Half a surrogate pair is refused where it comes in; the message itself can be encoded."""
    tune, faults = tune_options.parse(tree.encode())

    assert tune == TuneOptions()
    assert faults[0].path == (path or "$.evaluation.graders[0].pattern")
    for fault in faults:
        assert b"surrogate" in fault.message.encode()
