"""What a good dataset's row and report tell, and who may still stop it."""

from activities.validate_dataset import validate_dataset
from shared.clients import storage as blobs
from shared.runs import cancellation
from tests.activities.calls import call
from tests.activities.conftest import row
from tests.activities.validate_dataset import received_run, report
from tests.container import Container


def test_good_dataset_is_counted(container: Container) -> None:
    """The row has examples, tokens, base model and the system message of the dataset."""
    ref = received_run(container)

    outcome = call(validate_dataset, ref)

    now = row(ref)
    assert outcome.result == "done"
    assert (now.dataset.examples, now.training.base_model) == (10, "gpt-4.1-mini-2025-04-14")
    assert now.dataset.tokens > 1000
    assert now.chat.system_message.startswith("You are the assistant of an umbrella shop")
    assert report(ref)["ok"]
    assert str(now.dataset.tokens) in outcome.message


def test_report_is_a_page_too(container: Container) -> None:
    """Beside the JSON there is the same for people."""
    ref = received_run(container)
    call(validate_dataset, ref)

    page = blobs.reports().read(f"{ref.run}/validation.html")

    assert page is not None
    assert page.lstrip().lower().startswith(b"<!doctype html>")


def test_cancelled_run_is_not_read(container: Container) -> None:
    """A request to cancel is seen before the dataset is read."""
    ref = received_run(container)
    cancellation.request_cancel(ref.run)

    assert call(validate_dataset, ref).code == "cancelled"
