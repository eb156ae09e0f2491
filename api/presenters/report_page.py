"""The report of a run as a page: the stored page of the validation, and the comparison below it."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template

_END = "</body>"
_EMPTY = '<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body></body></html>'


def report(validation: bytes | None, evaluation: Mapping[str, Any] | None) -> str:
    """A whole HTML page; what is not made yet is left out.

    Args:
        validation: The page of the validation.
        evaluation: The comparison of base and tuned model, as stored.
    """
    page = validation.decode() if validation else _EMPTY
    if evaluation is None:
        return page
    before, end, after = page.rpartition(_END)
    if not end:
        return page + comparison(evaluation)
    return before + comparison(evaluation) + end + after


def comparison(evaluation: Mapping[str, Any]) -> str:
    """Summary, figures, and each prompt with both answers, as a part of a page.

    Whatever comes from a dataset, a model or a setting is escaped.
    """
    return _template().render(comparison=evaluation)


@lru_cache(maxsize=1)
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    def lines(value: object) -> Markup:
        return Markup("<br>").join(str(value or "").split("\n"))

    def number(value: object) -> str:
        return f"{value:.4g}" if isinstance(value, int | float) else "-"

    folder = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=folder, autoescape=True)
    environment.filters.update(lines=lines, number=number)
    return environment.get_template("comparison.html")
