"""What does not serve: datasets with faults."""

from pathlib import Path

from tests.journeys.place import Place
from tests.journeys.steps import drop, rows, run_of, wait_for_end


def reject_with_report(place: Place, folder: Path) -> None:
    """A dataset with faults is rejected with every line named, and nothing is uploaded."""
    data = rows()
    data[2]["messages"][1]["role"] = "usr"
    data[6]["messages"].pop()

    run = wait_for_end(place, run_of(place, drop(place, data, folder)), "rejected")

    findings = place.app.report(run["id"])["validation"]["findings"]
    assert {(f["line"], f["path"]) for f in findings if f["level"] == "error"} >= {
        (3, "$.messages[1].role"),
    }
    assert 7 in {f["line"] for f in findings}
    assert place.service.files.list().data == []


def fix_after_rejection(place: Place, folder: Path) -> None:
    """A rejected dataset that is fixed and dropped again becomes a run that serves."""
    bad = rows()[:9]
    first = wait_for_end(place, run_of(place, drop(place, bad, folder)), "rejected")

    again = run_of(place, drop(place, rows(), folder), [first["id"]])

    wait_for_end(place, again, "serving")


JOURNEYS = (reject_with_report, fix_after_rejection)
