"""The same step twice, and a dataset that is dropped again meanwhile."""

from activities.validate_dataset import validate_dataset
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import row
from tests.activities.validate_dataset import received_run, report
from tests.container import Container
from tests.dataset import DATASET


def test_second_call_writes_the_same(container: Container) -> None:
    """A duplicate ends in the same report and row."""
    ref = received_run(container)
    call(validate_dataset, ref)
    first = report(ref) | {"seconds": 0}

    at_once(validate_dataset, ref)

    assert report(ref) | {"seconds": 0} == first
    assert [line[0] for line in row(ref).timeline] == ["received", "validating"]


def test_same_bytes_dropped_meanwhile_are_read_again(container: Container) -> None:
    """The same bytes under a new ETag are validated at the next look."""
    ref = received_run(container)
    etag = container.put("brolly.jsonl")

    first = call(validate_dataset, ref)

    assert (first.result, first.code) == ("wait", "dataset_again")
    assert settle(validate_dataset, ref).result == "done"
    assert row(ref).dataset.etag == etag


def test_other_bytes_meanwhile_end_the_run(container: Container) -> None:
    """Other bytes are another run; this one is not validated against them."""
    ref = received_run(container)
    container.put("brolly.jsonl", DATASET + b"{\n")

    outcome = call(validate_dataset, ref)

    assert (outcome.result, outcome.code) == ("refused", "dataset_changed")
