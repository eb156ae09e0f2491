"""Nouns with their number, for texts that people read."""


def pluralize(number: float, noun: str) -> str:
    """A number with its noun: `1 example`, `2 examples`, `1,000 examples`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
