"""The page of settings and the local example are up to date with the table."""

import json
import re
from dataclasses import fields
from pathlib import Path

from shared.settings import Settings
from shared.settings.table import setting_errors
from tools.settings_reference import local_example, page

ROOT = Path(__file__).parents[2]
PARTS = ("shared", "triggers", "api", "activities", "orchestrators")
READ = re.compile(r"""environ\.get\("(\w+)"|environ\["(\w+)"\]|"(\w+)" not in os\.environ""")
INNER = {"TIKTOKEN_CACHE_DIR"}  # set by the app itself, for the library
AGAIN = "run `python -m tools.settings_reference`"


def test_page_is_generated_from_the_table() -> None:
    """`docs/settings.md` is what the generator writes."""
    assert (ROOT / "docs" / "settings.md").read_text() == page(), AGAIN


def test_example_is_generated_from_the_table() -> None:
    """`local.settings.json.example` is what the generator writes."""
    assert (ROOT / "local.settings.json.example").read_text() == local_example(), AGAIN


def test_the_example_works_as_it_is() -> None:
    """The example has every setting, and each value is valid."""
    values = json.loads(local_example())["Values"]

    assert {one.metadata["name"] for one in fields(Settings)} <= values.keys()
    assert setting_errors(values) == []


def test_every_variable_that_is_read_is_documented() -> None:
    """Variables that the app reads outside of the table are documented as well."""
    pages = "".join((ROOT / "docs" / name).read_text() for name in ("settings.md", "local.md"))
    code = [path for part in PARTS for path in (ROOT / part).rglob("*.py")]

    found = (names for path in code for names in READ.findall(path.read_text()))
    read = {name for names in found for name in names if name}

    assert {"MODEL_FACTS", "CLOCK_FILE", "IDENTITY_ENDPOINT", "NO_COLOR"} <= read
    assert {name for name in read - INNER if f"`{name}`" not in pages} == set()
