"""The retirement clock."""

from datetime import UTC, date, datetime

import pytest

from shared.deployments import model_retirement
from shared.registry import Run
from shared.registry.parts import Dataset, Training

ROW = Run(
    model="a",
    id="a-0123456789",
    created=datetime(2026, 11, 25, tzinfo=UTC),
    training=Training(base_model="gpt-4.1-mini-2025-04-14"),
    dataset=Dataset(blob="a.jsonl", etag="0x1"),
)


def at(day: str) -> datetime:
    """Noon of that day."""
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(("day", "number"), [("2027-01-13", 0), ("2027-01-14", 2)])
def test_ninety_days_before_it_is_said(day: str, number: int) -> None:
    """The base model and its training end on 2027-04-14."""
    assert len(model_retirement.warnings(ROW, at(day))) == number


def test_what_ends_is_named_with_date_and_source() -> None:
    """The sentence says what, when, how soon, and who says so."""
    base, training = model_retirement.warnings(ROW, at("2027-04-10"))

    assert training.startswith(
        "gpt-4.1-mini-2025-04-14: training ends on 2027-04-14, in 4 days (https://learn.microsoft"
    )
    assert base.startswith(
        "gpt-4.1-mini-2025-04-14: base model ends on 2027-04-14, in 4 days (https://learn.microsoft"
    )


def test_every_end_has_a_next_step() -> None:
    """Each sentence says what no longer works then, and which setting to change."""
    base, training, serving = model_retirement.warnings(ROW, at("2027-10-01"))

    assert "no comparison with it, and only existing customers train it" in base
    assert "answers no chat" in serving
    assert "drop the dataset again" in serving
    assert all("set BASE_MODEL" in text for text in (base, training, serving))


@pytest.mark.parametrize("stage", ["Deprecated", "deprecated"])
def test_model_for_existing_customers_only(stage: str) -> None:
    """A deprecated model is closed to new subscriptions, however far away its end is."""
    row = ROW.with_model_retirement(stage=stage)

    (text,) = model_retirement.warnings(row, at("2026-11-25"))

    assert text.startswith("gpt-4.1-mini-2025-04-14: existing customers only, it is deprecated (")
    assert "the service itself" in text
    assert "set BASE_MODEL" in text


def test_stage_of_the_file_counts_where_the_service_does_not_say() -> None:
    """The file has the stage with its source; a stage that the service says counts before it."""
    row = ROW.with_training(base_model="gpt-4o-mini-2024-07-18")
    open_again = row.with_model_retirement(stage="Legacy")

    (text,) = model_retirement.warnings(row, at("2026-11-25"))

    assert "existing customers only, it is deprecated (https://learn.microsoft" in text
    assert model_retirement.warnings(open_again, at("2026-11-25")) == []


def test_what_has_ended_is_said_still() -> None:
    """After the day both are over."""
    found = model_retirement.warnings(ROW, at("2027-10-14"))

    assert "base model ended on 2027-04-14" in found[0]
    assert "training ended on 2027-04-14" in found[1]
    assert "serving tuned models ended on 2027-10-14" in found[2]


def test_the_service_s_own_word_counts_first() -> None:
    """A date that the service tells replaces the file's."""
    row = ROW.with_model_retirement(
        base=date(2028, 2, 1), training=date(2028, 1, 1), serving=date(2027, 5, 1)
    )

    (text,) = model_retirement.warnings(row, at("2027-04-10"))

    assert text.startswith(
        "gpt-4.1-mini-2025-04-14: serving tuned models ends on 2027-05-01, in 21 days "
        "(the service itself). After"
    )


def test_nothing_is_known_of_an_unknown_model() -> None:
    """No date is made up."""
    assert model_retirement.warnings(ROW.with_training(base_model="gpt-9"), at("2030-01-01")) == []


@pytest.mark.parametrize("seconds", [None, 0, -5, True, "soon", {}])
def test_a_time_that_is_none(seconds: object) -> None:
    """The field may be absent, or anything."""
    assert model_retirement.day_of(seconds) is None
