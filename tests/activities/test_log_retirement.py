"""The line of the daily check."""

import logging

import pytest

from activities.log_retirement import log_retirement
from shared.runs.orchestration import RetirementSummary

pytestmark = pytest.mark.usefixtures("app")  # an empty registry: nothing in it ends soon


def line(caplog: pytest.LogCaptureFixture, *found: tuple[str, str, str]) -> str:
    """What is logged of a check."""
    with caplog.at_level(logging.INFO, "tunedrop.retire"):
        log_retirement(RetirementSummary(found).to_dict())
    (record,) = caplog.records
    return record.getMessage()


def test_all_deployments_are_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Each is named under what was decided; where nothing was, the reason stands there."""
    found = line(
        caplog,
        ("a-1", "kept", "used"),
        ("b-1", "metrics_unset", "Set it."),
        ("c-1", "kept", "used"),
        ("d-1", "retired", "Deleted: idle"),
    )

    assert found == (
        "retire: 4 deployments checked; kept: a-1, c-1; metrics_unset: b-1 (Set it.); retired: d-1"
    )


def test_a_check_without_deployments(caplog: pytest.LogCaptureFixture) -> None:
    """A day on which there is nothing to check has its line too."""
    assert line(caplog) == "retire: 0 deployments checked"
