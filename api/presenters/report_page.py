"""The report of a run as a page: the stored page of the validation, and the comparison below it."""

from collections.abc import Mapping
from typing import Any

from api.presenters.comparison import comparison

_END = "</body>"
_EMPTY = '<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body></body></html>'


def report(validation: bytes | None, evaluation: Mapping[str, Any] | None) -> str:
    """A whole HTML page; what is not made yet is left out."""
    page = validation.decode() if validation else _EMPTY
    if evaluation is None:
        return page
    before, end, after = page.rpartition(_END)
    if not end:
        return page + comparison(evaluation)
    return before + comparison(evaluation) + end + after
