"""A dataset with faults is refused with their places, whatever bytes it has."""

import pytest

from activities.validate_dataset import validate_dataset
from shared.runs import intake
from tests.activities.calls import call
from tests.activities.validate_dataset import received_run, report
from tests.container import Container
from tests.dataset import DATASET


def test_faults_are_refused_by_line(container: Container) -> None:
    """The refusal names the first faults with their lines and what to do; the report has all."""
    ref = received_run(container, DATASET + b"\n{\n3\n{}\n[]\n")

    outcome = call(validate_dataset, ref)

    lines = {finding["line"] for finding in report(ref)["findings"] if finding["level"] == "error"}
    assert (outcome.result, outcome.code) == ("refused", "rejected")
    assert "Line 11: " in outcome.message
    assert "more." in outcome.message
    assert "brolly.jsonl" in outcome.hint
    assert {11, 12, 13, 14} <= lines
    assert not report(ref)["ok"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\xff\xfe\x00", DATASET.splitlines(keepends=True)[0] * 3, b"\x00" * 1000],
    ids=["empty", "blank", "not text", "three", "zeros"],
)
def test_hopeless_file_is_rejected(container: Container, data: bytes) -> None:
    """Whatever bytes come, the run is refused with a report, never by a bug."""
    ref = received_run(container, data)

    outcome = call(validate_dataset, ref)

    assert (outcome.result, outcome.code) == ("refused", "rejected")
    assert report(ref)["counts"]["error"] > 0


def test_file_beyond_the_limit_is_rejected_unread(container: Container) -> None:
    """600 MB are refused by their size, at the price of a look at the first rows."""
    container.put_with_repeats("large.jsonl", DATASET.ljust(4_000_000), 150)
    ref = intake.receive("large.jsonl").ref
    assert ref is not None

    outcome = call(validate_dataset, ref)

    assert outcome.code == "rejected"
    assert "600.0 MB" in outcome.message
    assert report(ref)["rules"] == {"file-size": {"error": 1}}
    assert report(ref)["file"] == {"bytes": 600_000_000, "sha256": "", "examples": 0, "lines": 0}


def test_half_a_character_is_reported(container: Container) -> None:
    """A lone surrogate is a fault of its row, and the report can be written."""
    bad = DATASET.splitlines(keepends=True)[0].replace(b"umbrella", rb"umb\ud800rella", 1)
    ref = received_run(container, DATASET + b"\n" + bad)

    outcome = call(validate_dataset, ref)

    assert outcome.code == "rejected"
    assert any(finding["line"] == 11 for finding in report(ref)["findings"])


def test_bad_name_is_a_fault(container: Container) -> None:
    """A dataset whose name cannot be a model's is rejected with a better name."""
    ref = received_run(container, blob="my data.jsonl")

    outcome = call(validate_dataset, ref)

    finding = report(ref)["findings"][0]
    assert outcome.code == "rejected"
    assert "my-data.jsonl" in finding["hint"]
    assert outcome.hint == finding["hint"]
    assert (finding["rule"], finding["level"]) == ("dataset-name", "error")
