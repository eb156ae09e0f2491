"""Jobs that fail by their data."""

import pytest

from tests.local.azure.emulator import EmulatorClient
from tests.local.azure.fine_tuning.datasets import ROWS, dataset, spoil_dataset


@pytest.mark.parametrize(
    ("content", "code", "text"),
    [
        (dataset(ROWS[:9]), "invalidPayload", "9 example(s), but must have at least 10"),
        (
            dataset([*ROWS, {"messages": ROWS[0]["messages"][:2]}]),
            "jsonlValidationFailed",
            "Example 11 has a last message that is not from the assistant",
        ),
        (
            dataset([*ROWS, {**ROWS[0], "extra": 1}]),
            "jsonlValidationFailed",
            "Example 11 contains an extra key 'extra'",
        ),
        (spoil_dataset("emulator:fail-rai"), "contentFilter", "failed RAI checks for harm types"),
        (
            spoil_dataset("emulator:fail-safety"),
            "contentFilter",
            "scores above acceptable thresholds",
        ),
        (spoil_dataset("emulator:fail-internal"), "internalFailure", "internal error"),
    ],
)
def test_jobs_fail_as_their_data_asks_for(
    azure: EmulatorClient, content: bytes, code: str, text: str
) -> None:
    """A job whose data is wrong ends as failed, with the reason in the job and in its events."""
    job = azure.job(azure.train(azure.upload(content)))

    events = azure.call_v1("GET", f"/fine_tuning/jobs/{job['id']}/events").json()["data"]
    assert job["status"] == "failed"
    assert job["error"]["code"] == code
    assert text in job["error"]["message"]
    assert job["fine_tuned_model"] is job["trained_tokens"] is None
    assert events[0]["level"] == "error"
    assert text in events[0]["message"]


def test_the_validation_file_is_checked_too(azure: EmulatorClient) -> None:
    """A validation file with too few examples fails the job and is named."""
    job = azure.job(azure.train(validation_file=azure.upload(dataset(ROWS[:3]))))

    assert job["error"]["param"] == "validation_file"
    assert job["error"]["message"].startswith("Validation file has 3 example(s)")


def test_preference_jobs_need_preference_data(azure: EmulatorClient) -> None:
    """The method decides what an example has to look like."""
    rows = [
        {
            "input": {"messages": row["messages"][:2]},
            "preferred_output": [row["messages"][2]],
            "non_preferred_output": [{"role": "assistant", "content": "No."}],
        }
        for row in ROWS
    ]
    method = {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2}}}

    good = azure.job(azure.train(azure.upload(dataset(rows)), method=method))
    bad = azure.job(azure.train(method=method))

    assert good["status"] == "succeeded"
    assert good["method"] == method
    assert "is missing the key 'input'" in bad["error"]["message"]
