"""The emulator's README against the code: the table, the flags and the defaults it names."""

import pytest

from local.azure.__main__ import parser
from local.azure.chat.filters import FILTER_ANSWER, FILTER_PROMPT
from local.azure.files.dataset import MARKERS
from local.azure.transitions import DEFAULTS

from .coverage import PAGE, replace_table
from .specs import ABSENT, SPECS

TEXT = PAGE.read_text()


@pytest.mark.skipif(not SPECS.exists(), reason=ABSENT)
def test_the_table_is_up_to_date() -> None:
    """`python -m tests.local.azure.coverage` updates it."""
    assert replace_table(TEXT) == TEXT


def test_every_flag_is_explained() -> None:
    """The page knows each flag of the command, and no other."""
    flags = {flag for action in parser()._actions for flag in action.option_strings}
    wanted = {flag for flag in flags if flag.startswith("--")} - {"--help"}

    assert {flag for flag in wanted if f"`{flag}" not in TEXT} == set()


def test_every_kind_of_transition_has_its_default() -> None:
    """Kind and default stand in one row."""
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]

    for kind, rule in DEFAULTS.items():
        assert any(f"`{kind}`" in row and f"`{rule}`" in row for row in rows), kind


def test_every_phrase_is_explained() -> None:
    """The phrases that make it fail are all there."""
    for phrase in (*MARKERS, FILTER_PROMPT, FILTER_ANSWER):
        assert f"`{phrase}`" in TEXT
