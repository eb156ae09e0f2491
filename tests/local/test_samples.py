"""The samples: good ones, one with each common fault, and what a tuned model gains by them."""

import json
import re
from pathlib import Path
from typing import Any

import local
from local.azure.chat.generation import base_answer, tuned_answer
from local.azure.chat.nearest import Nearest
from local.azure.fine_tuning.training_examples import read_training_examples
from shared.datasets import tune_options
from shared.evaluation import questions_from
from shared.evaluation.graders import similarity
from shared.validation import Report, validate

FOLDER = Path(local.__file__).parent / "samples"
PAGE = (FOLDER / "README.md").read_text()
MODEL = "gpt-4.1-mini-2025-04-14"
PRICE = re.compile(r"£(\d+(?:\.\d\d)?)")


def read(name: str) -> bytes:
    """A sample's bytes."""
    return (FOLDER / name).read_bytes()


def rows(name: str) -> list[dict[str, Any]]:
    """A sample's rows."""
    return [json.loads(line) for line in read(name).splitlines()]


def check(name: str, validation: str = "") -> Report:
    """A sample's validation report."""
    other = [read(validation)] if validation else None
    return validate([read(name)], model=MODEL, validation=other)


def test_the_dataset_has_no_findings() -> None:
    """Training and validation rows are good, as many as the page says, and are not alike."""
    report = check("brolly.jsonl", "brolly.validation.jsonl")

    assert report.findings == []
    assert (len(rows("brolly.jsonl")), len(rows("brolly.validation.jsonl"))) == (60, 15)
    turns = [len(row["messages"]) for row in rows("brolly.jsonl")]
    assert (turns.count(3), turns.count(5)) == (53, 7)


def test_validation_rows_would_be_accepted_as_training_rows() -> None:
    """They have no fault of their own; there are only few."""
    assert [one.rule for one in check("brolly.validation.jsonl").findings] == ["minimum-examples"]


def test_the_options_are_valid() -> None:
    """The app takes `brolly.tune.json` as it is."""
    options, faults = tune_options.parse(read("brolly.tune.json"))

    assert faults == []
    assert options.seed == 1911


def test_the_tools_dataset_is_only_small() -> None:
    """Nothing is found but that it has fewer examples than are recommended."""
    assert [one.rule for one in check("brolly-tools.jsonl").findings] == ["minimum-examples"]
    assert len(rows("brolly-tools.jsonl")) == 12


def test_each_fault_is_found_once_where_the_page_says() -> None:
    """The page's table and the findings are the same."""
    table = re.findall(r"^\| (\d+|all) \| `([a-z-]+)` \|", PAGE, re.MULTILINE)

    found = [(str(one.line or "all"), one.rule) for one in check("brolly-faults.jsonl").findings]

    assert sorted(found) == sorted(table)
    assert len({rule for _, rule in table}) == len(table)


def test_prices_come_from_the_training_rows() -> None:
    """An expected answer has no price that no training row has."""
    known = set(PRICE.findall(read("brolly.jsonl").decode()))
    asked = read("brolly.eval.jsonl").decode()

    assert set(PRICE.findall(asked)) - known <= {"120"}  # what a customer wants to spend


def test_the_emulated_tuned_model_is_better_than_its_base() -> None:
    """On each prompt its answer is nearer to the expected one, and it never lacks an answer."""
    nearest = Nearest(read_training_examples(FOLDER / "brolly.jsonl", 60))
    questions = questions_from([read("brolly.eval.jsonl")], 100)

    assert len(questions) == 12
    for question in questions:
        prompt = str(question.messages[-1]["content"])
        tuned = tuned_answer(prompt, nearest.examples[0].system, nearest)
        assert "I have learned nothing" not in tuned, prompt
        assert similarity(tuned, question.expected) > 0.3, prompt
        assert similarity(base_answer(prompt), question.expected) < 0.3, prompt
