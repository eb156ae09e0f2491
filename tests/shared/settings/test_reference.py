"""The page of settings and the local example keep up with the table."""

import json
from dataclasses import fields
from pathlib import Path

from shared.settings import Settings
from shared.settings.faults import faults
from shared.settings.reference import local_example, page

ROOT = Path(__file__).parent.parent.parent.parent
AGAIN = "run `python -m shared.settings.reference`"


def test_the_page_is_made_from_the_table() -> None:
    """`docs/settings.md` is what the table says today."""
    assert (ROOT / "docs" / "settings.md").read_text() == page(), AGAIN


def test_the_example_is_made_from_the_table() -> None:
    """`local.settings.json.example` is what the table says today."""
    assert (ROOT / "local.settings.json.example").read_text() == local_example(), AGAIN


def test_the_example_works_as_it_is() -> None:
    """The example has every setting, and none of its values is wrong."""
    values = json.loads(local_example())["Values"]

    assert {one.metadata["name"] for one in fields(Settings)} <= values.keys()
    assert faults(values) == []
