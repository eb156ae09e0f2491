"""Validation as a step of a run: reports, statistics, and the refusal of what has faults."""

import json
from typing import Any

import pytest

from activities.validate_dataset import validate_dataset
from shared import intake, options
from shared.clients import storage as blobs
from shared.pipeline import RunRef
from shared.registry import registry
from shared.settings import settings
from tests.activities.calls import at_once, call, settled
from tests.activities.conftest import report_of, row
from tests.container import TRAVEL, Container
from tests.services import app_settings
from tests.shared.validation.rows import GRADED, GRADER, MORE_GRADED, lines

REASONER = "o4-mini-2025-04-16"


@pytest.fixture(autouse=True)
def app_without_azure(storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process with an empty storage account; validation needs nothing else."""
    for name, value in app_settings("http://127.0.0.1:9", storage).items():
        monkeypatch.setenv(name, value)
    registry.cache_clear()
    settings.cache_clear()


def received(container: Container, data: bytes = TRAVEL, blob: str = "travel.jsonl") -> RunRef:
    """Drop a dataset."""
    container.put(blob, data)
    ref = intake.receive(blob).ref
    assert ref is not None
    return ref


def report(ref: RunRef) -> dict[str, Any]:
    """The report of a run's validation."""
    return report_of(ref, "validation")


def test_good_dataset_is_counted(container: Container) -> None:
    """The row has examples, tokens, base model and the system message of the dataset."""
    ref = received(container)

    outcome = call(validate_dataset, ref)

    now = row(ref)
    assert outcome.result == "done"
    assert (now.examples, now.base_model) == (10, "gpt-4.1-mini-2025-04-14")
    assert now.tokens > 1000
    assert now.system_message.startswith("You are an AI travel assistant")
    assert report(ref)["ok"]
    assert str(now.tokens) in outcome.message


def test_report_is_a_page_too(container: Container) -> None:
    """Beside the JSON there is the same for people."""
    ref = received(container)
    call(validate_dataset, ref)

    page = blobs.reports().read(f"{ref.run}/validation.html")

    assert page is not None
    assert page.lstrip().lower().startswith(b"<!doctype html>")


def test_faults_are_refused_by_line(container: Container) -> None:
    """The refusal names the first faults with their lines and what to do; the report has all."""
    ref = received(container, TRAVEL + b"\n{\n3\n{}\n[]\n")

    outcome = call(validate_dataset, ref)

    lines = {finding["line"] for finding in report(ref)["findings"] if finding["level"] == "error"}
    assert (outcome.result, outcome.code) == ("refused", "rejected")
    assert "Line 11: " in outcome.message
    assert "more." in outcome.message
    assert "travel.jsonl" in outcome.hint
    assert {11, 12, 13, 14} <= lines
    assert not report(ref)["ok"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\xff\xfe\x00", TRAVEL.splitlines(keepends=True)[0] * 3, b"\x00" * 1000],
    ids=["empty", "blank", "not text", "three", "zeros"],
)
def test_hopeless_file_is_rejected(container: Container, data: bytes) -> None:
    """Whatever bytes come, the run is refused with a report, never by a bug."""
    ref = received(container, data)

    outcome = call(validate_dataset, ref)

    assert (outcome.result, outcome.code) == ("refused", "rejected")
    assert report(ref)["counts"]["error"] > 0


def test_file_beyond_the_limit_is_rejected_unread(container: Container) -> None:
    """600 MB are refused by their size, at the price of a look at the first rows."""
    container.put_repeated("large.jsonl", TRAVEL.ljust(4_000_000), 150)
    ref = intake.receive("large.jsonl").ref
    assert ref is not None

    outcome = call(validate_dataset, ref)

    assert outcome.code == "rejected"
    assert "600.0 MB" in outcome.message
    assert report(ref)["rules"] == {"file-size": {"error": 1}}
    assert report(ref)["file"] == {"bytes": 600_000_000, "sha256": "", "examples": 0, "lines": 0}


def test_half_a_character_is_reported(container: Container) -> None:
    """A lone surrogate is a fault of its row, and the report can be written."""
    bad = TRAVEL.splitlines(keepends=True)[0].replace(b"travel", rb"tr\ud800vel", 1)
    ref = received(container, TRAVEL + b"\n" + bad)

    outcome = call(validate_dataset, ref)

    assert outcome.code == "rejected"
    assert any(finding["line"] == 11 for finding in report(ref)["findings"])


def test_bad_name_is_a_fault(container: Container) -> None:
    """A dataset whose name cannot be a model's is rejected with a better name."""
    ref = received(container, blob="my data.jsonl")

    outcome = call(validate_dataset, ref)

    finding = report(ref)["findings"][0]
    assert outcome.code == "rejected"
    assert "my-data.jsonl" in finding["hint"]
    assert outcome.hint == finding["hint"]
    assert (finding["rule"], finding["level"]) == ("dataset-name", "error")


def test_unknown_option_is_a_fault(container: Container) -> None:
    """A typo in the options is rejected before it costs a training."""
    container.put("travel.tune.json", b'{"hyperparameters": {"epochs": 3}}')
    ref = received(container)

    outcome = call(validate_dataset, ref)

    finding = report(ref)["findings"][0]
    assert outcome.code == "rejected"
    assert (finding["rule"], finding["path"]) == ("tune-options", "$.hyperparameters.epochs")
    assert report(ref)["counts"]["error"] == 1
    assert outcome.message.startswith("travel.tune.json: $.hyperparameters.epochs ")
    assert outcome.hint == "Mend travel.tune.json, then drop travel.jsonl again."


@pytest.mark.parametrize(
    ("tune", "gate"),
    [
        (b"{}", "win_rate>=0.5"),
        (b'{"evaluation": {"gate": "score >= 0.25"}}', "score>=0.25"),
        (b'{"evaluation": {"gate": "off"}}', ""),
    ],
)
def test_gate_is_fixed_with_the_validation(
    container: Container, monkeypatch: pytest.MonkeyPatch, tune: bytes, gate: str
) -> None:
    """The dataset's own gate goes before the setting's; `off` is none."""
    monkeypatch.setenv("EVAL_GATE", "win_rate>=0.5")
    settings.cache_clear()
    container.put("travel.tune.json", tune)
    ref = received(container)

    call(validate_dataset, ref)

    assert row(ref).gate == gate


def test_base_model_of_the_options_is_used(container: Container) -> None:
    """The model that the dataset asks for is the one that it is held against."""
    container.put("travel.tune.json", b'{"base_model": "gpt-4o-mini-2024-07-18"}')
    ref = received(container)

    call(validate_dataset, ref)

    assert row(ref).base_model == report(ref)["model"] == "gpt-4o-mini-2024-07-18"


def graded_run(container: Container, tune: dict[str, Any], rows: bytes = GRADED) -> RunRef:
    """Drop a dataset for RFT with its validation file and options."""
    container.put("sums.validation.jsonl", MORE_GRADED)
    container.put("sums.tune.json", json.dumps({"base_model": REASONER, **tune}).encode())
    return received(container, rows, "sums.jsonl")


def test_grader_of_the_options_is_used(container: Container) -> None:
    """With its grader in the options an RFT dataset is accepted, and the row knows the method."""
    ref = graded_run(container, {"grader": GRADER})

    outcome = call(validate_dataset, ref)

    assert (outcome.result, outcome.message[:11]) == ("done", "60 examples")
    assert (row(ref).method, report(ref)["method"]) == ("rft", "rft")
    assert row(ref).grader_model == ""


def test_model_that_a_grader_asks_is_known(container: Container) -> None:
    """Its tokens are paid for, also where it is one of several graders."""
    words = [{"role": "user", "content": "{{ item.answer }}"}]
    judge = {"type": "score_model", "name": "judge", "model": "o3-mini", "input": words}
    both = {"type": "multi", "name": "both", "calculate_output": "0.5 * a + 0.5 * b"}
    ref = graded_run(container, {"grader": {**both, "graders": {"a": GRADER, "b": judge}}})

    call(validate_dataset, ref)

    assert row(ref).grader_model == "o3-mini"


def test_row_without_what_the_grader_reads_is_a_fault(container: Container) -> None:
    """The rules about grader and rows hold in the pipeline as they do in the command."""
    bad = lines({"messages": [{"role": "user", "content": "3+4?"}], "anwser": "7"})
    ref = graded_run(container, {"grader": GRADER}, GRADED + bad)

    outcome = call(validate_dataset, ref)

    found = report(ref)["findings"][0]
    assert outcome.code == "rejected"
    assert (found["rule"], found["line"], found["path"]) == ("grader-fields", 61, "$.answer")


@pytest.mark.parametrize(
    ("tune", "rule", "path"),
    [
        ({"grader": {**GRADER, "operation": "="}}, "grader", "$.operation"),
        ({"grader": "exact"}, "tune-options", "$.grader"),
        ({}, "tune-options", "$.grader"),
    ],
    ids=["wrong", "no object", "missing"],
)
def test_grader_that_cannot_grade_is_a_fault(
    container: Container, tune: dict[str, Any], rule: str, path: str
) -> None:
    """A grader that is wrong or missing costs no job; one fault says where it is."""
    ref = graded_run(container, tune)

    outcome = call(validate_dataset, ref)

    errors = [found for found in report(ref)["findings"] if found["level"] == "error"]
    assert outcome.code == "rejected"
    assert [(found["rule"], found["path"]) for found in errors] == [(rule, path)]


def test_second_call_writes_the_same(container: Container) -> None:
    """A duplicate ends in the same report and row."""
    ref = received(container)
    call(validate_dataset, ref)
    first = report(ref) | {"seconds": 0}

    at_once(validate_dataset, ref)

    assert report(ref) | {"seconds": 0} == first
    assert [line[0] for line in row(ref).timeline] == ["received", "validating"]


def test_same_bytes_dropped_meanwhile_are_read_again(container: Container) -> None:
    """The same bytes under a new ETag are validated at the next look."""
    ref = received(container)
    etag = container.put("travel.jsonl")

    first = call(validate_dataset, ref)

    assert (first.result, first.code) == ("wait", "dataset_again")
    assert settled(validate_dataset, ref).result == "done"
    assert row(ref).etag == etag


def test_other_bytes_meanwhile_end_the_run(container: Container) -> None:
    """Other bytes are another run; this one is not validated against them."""
    ref = received(container)
    container.put("travel.jsonl", TRAVEL + b"{\n")

    outcome = call(validate_dataset, ref)

    assert (outcome.result, outcome.code) == ("refused", "dataset_changed")


def test_companion_of_any_size_ends_the_run_with_a_reason(container: Container) -> None:
    """Options that are too long to be options are refused by name."""
    container.put("travel.tune.json", b" " * (options.LIMIT + 1))
    ref = received(container)

    outcome = call(validate_dataset, ref)

    assert outcome.code == "rejected"
    assert outcome.message.startswith('travel.tune.json: $ is "more than 1048576 bytes"')
    assert report(ref)["findings"][0]["rule"] == "tune-options"


def test_cancelled_run_is_not_read(container: Container) -> None:
    """A request to cancel is seen before the dataset is read."""
    ref = received(container)
    intake.request_cancel(ref.run)

    assert call(validate_dataset, ref).code == "cancelled"
