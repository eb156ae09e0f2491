"""Small parts of sentences that people read."""


def counted(number: int, what: str) -> str:
    """A number with its noun: `1 example`, `2 examples`, `1,000 examples`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
