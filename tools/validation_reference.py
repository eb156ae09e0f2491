"""Generates `docs/validation.md` from the table of rules.

Run `python -m tools.validation_reference` after a change of the rules; a test compares.
"""

from pathlib import Path

from shared.validation.cli import parser
from shared.validation.duplicates.near_copies import NEAR
from shared.validation.rules import RULES
from shared.validation.rules.rule import Basis, Rule
from shared.validation.tokens.texts import METHOD

_BASIS = {
    Basis.DOCUMENTED: "documented by Azure",
    Basis.SPECIFIED: "OpenAI's specification or guide",
    Basis.REPORTED: "reported by users",
    Basis.INFERRED: "inferred from the rules of chat completions or from practice",
}

_HEAD = """\
| # | rule | requirement | level | basis | next step |
| --- | --- | --- | --- | --- | --- |
"""
PAGE = Path(__file__).parents[1] / "docs" / "validation.md"
_INTRO = Path(__file__).with_name("validation_reference.md")


def page() -> str:
    """The whole page."""
    basis = ", ".join(f"**{key.value}** {text}" for key, text in _BASIS.items())
    intro = _INTRO.read_text(encoding="utf-8").format(
        help=parser().format_help(), method=METHOD, basis=basis, near=NEAR
    )
    groups: dict[str, list[Rule]] = {}
    for rule in RULES:
        groups.setdefault(rule.group, []).append(rule)
    return intro + "".join(_group(title, rules) for title, rules in groups.items())


def _group(title: str, rules: list[Rule]) -> str:
    return f"\n### {title}\n\n{_HEAD}" + "".join(map(_row, rules))


def _row(rule: Rule) -> str:
    source = rule.source
    address = source.split(" ")[0]
    basis = f"[{rule.basis}]({address})" if address.startswith("http") else f"{rule.basis}"
    cells = (rule.number, f"`{rule.id}`", rule.says, rule.level, basis, rule.hint)
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
