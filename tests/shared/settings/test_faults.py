"""Everything that is wrong with the settings, at once."""

from dataclasses import fields
from pathlib import Path

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


def test_model_facts_that_cannot_be_used_are_named_with_the_reason(tmp_path: Path) -> None:
    """A slip in that file would else show in the middle of a run."""
    path = tmp_path / "facts.toml"
    path.write_text('default = "mine')

    missing, broken = (
        {fault.name: str(fault) for fault in faults({"MODEL_FACTS": str(one)})}["MODEL_FACTS"]
        for one in (tmp_path / "none.toml", path)
    )

    assert "No such file" in missing
    assert "Illegal character" in broken or "Unterminated" in broken or "line 1" in broken
    assert str(path) in broken


def test_a_wrong_secret_is_named_but_not_shown() -> None:
    """A fault shows the value seen, unless it is a secret."""
    found = {f.name: str(f) for f in faults({"POLL_MAX": "soon", "CLIENT_KEYS": "s3cret"})}

    assert found.keys() == REQUIRED | {"POLL_MAX", "CLIENT_KEYS"}
    assert "'soon'" in found["POLL_MAX"]
    assert "s3cret" not in found["CLIENT_KEYS"]
