"""The options beside a dataset are used, or are a fault."""

import pytest

from activities.validate_dataset import validate_dataset
from shared.datasets import tune_options
from shared.settings import settings
from tests.activities.calls import call
from tests.activities.conftest import row
from tests.activities.validate_dataset import received_run, report
from tests.container import Container


def test_unknown_option_is_a_fault(container: Container) -> None:
    """A typo in the options is rejected before it costs a training."""
    container.put("brolly.tune.json", b'{"hyperparameters": {"epochs": 3}}')
    ref = received_run(container)

    outcome = call(validate_dataset, ref)

    finding = report(ref)["findings"][0]
    assert outcome.code == "rejected"
    assert (finding["rule"], finding["path"]) == ("tune-options", "$.hyperparameters.epochs")
    assert report(ref)["counts"]["error"] == 1
    assert outcome.message.startswith("brolly.tune.json: $.hyperparameters.epochs ")
    assert outcome.hint == "Fix brolly.tune.json, then drop brolly.jsonl again."


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
    container.put("brolly.tune.json", tune)
    ref = received_run(container)

    call(validate_dataset, ref)

    assert row(ref).evaluation.gate == gate


def test_base_model_of_the_options_is_used(container: Container) -> None:
    """The model that the dataset asks for is the one that it is held against."""
    container.put("brolly.tune.json", b'{"base_model": "gpt-4o-mini-2024-07-18"}')
    ref = received_run(container)

    call(validate_dataset, ref)

    assert row(ref).training.base_model == report(ref)["model"] == "gpt-4o-mini-2024-07-18"


def test_companion_of_any_size_ends_the_run_with_a_reason(container: Container) -> None:
    """Options that are too long to be options are refused by name."""
    container.put("brolly.tune.json", b" " * (tune_options.LIMIT + 1))
    ref = received_run(container)

    outcome = call(validate_dataset, ref)

    assert outcome.code == "rejected"
    assert outcome.message.startswith('brolly.tune.json: $ is "more than 1048576 bytes"')
    assert report(ref)["findings"][0]["rule"] == "tune-options"


def test_secret_in_the_options_is_nowhere(
    container: Container, caplog: pytest.LogCaptureFixture
) -> None:
    """A key that somebody left in the options is in neither outcome, report, row nor log."""
    container.put("brolly.tune.json", b'{"api_key": "hunter2-hunter2"}')
    ref = received_run(container)

    outcome = call(validate_dataset, ref)

    assert outcome.code == "rejected"
    assert "$.api_key" in outcome.message
    shown = f"{outcome} {report(ref)} {row(ref)} {caplog.text}"
    assert "hunter2" not in shown


def test_options_that_cannot_be_encoded_are_rejected(container: Container) -> None:
    """Half a surrogate pair ends the run with a reason that every answer can carry."""
    container.put("brolly.tune.json", rb'{"base_model": "gpt\ud800"}')
    ref = received_run(container)

    outcome = call(validate_dataset, ref)

    assert outcome.code == "rejected"
    assert b"$.base_model" in f"{outcome} {report(ref)} {row(ref)}".encode()
