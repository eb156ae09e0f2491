"""Everything that is wrong with the settings, at once."""

from dataclasses import fields

from shared.settings import Settings
from shared.settings.faults import faults

REQUIRED = {one.metadata["name"] for one in fields(Settings) if "default" not in one.metadata}


def test_every_example_can_be_read() -> None:
    """The examples of the table are values that the table takes."""
    examples = {one.metadata["name"]: one.metadata["example"] for one in fields(Settings)}

    assert faults(examples) == []


def test_all_missing_settings_are_named() -> None:
    """An empty environment names every setting that has no default."""
    assert {fault.name for fault in faults({})} == REQUIRED


def test_a_wrong_secret_is_named_but_not_shown() -> None:
    """A fault shows the value seen, unless it is a secret."""
    found = {f.name: str(f) for f in faults({"POLL_MAX": "soon", "CLIENT_KEYS": "s3cret"})}

    assert found.keys() == REQUIRED | {"POLL_MAX", "CLIENT_KEYS"}
    assert "'soon'" in found["POLL_MAX"]
    assert "s3cret" not in found["CLIENT_KEYS"]
