"""local/functions_host/README.md against the lists of deviations and the command line."""

import importlib

import pytest

from local.functions_host.options import parser
from tests.golden.host_deviations import HOST_DEVIATIONS, HostDeviation
from tests.golden.page import PAGE, page

TEXT = PAGE.read_text()


def test_the_tables_are_up_to_date() -> None:
    """`python -m tests.golden.page` rewrites them."""
    assert page(TEXT) == TEXT


def test_every_flag_is_explained() -> None:
    """The page knows each flag of the command, and no other."""
    flags = {flag for action in parser()._actions for flag in action.option_strings}
    wanted = {flag for flag in flags if flag.startswith("--")} - {"--help"}
    rows = [line for line in TEXT.splitlines() if line.startswith("| `--")]

    assert {row.removeprefix("| `").partition(" ")[0].strip("`") for row in rows} == wanted


@pytest.mark.parametrize("deviation", HOST_DEVIATIONS, ids=lambda one: str(one.where))
def test_the_code_of_a_deviation_is_there(deviation: HostDeviation) -> None:
    """Each entry names what makes the difference, and gives a reason."""
    module, _, name = deviation.where.partition(":")

    assert hasattr(importlib.import_module(module), name)
    assert len(deviation.reason) > 20
