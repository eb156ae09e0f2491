"""What messages say of JSON values: their type, their path, and the key that was meant."""

from difflib import get_close_matches


def kind(value: object) -> str:
    """What a JSON value is, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    return {"str": "a string", "list": "a list", "dict": "an object"}[type(value).__name__]


def nearest(key: str, known: tuple[str, ...] | list[str]) -> str:
    """`; did you mean 'weight'?`, or nothing when no known key is near."""
    found = get_close_matches(key.strip().casefold(), known, 1, 0.7)
    return f"; did you mean {found[0]!r}?" if found else ""


def member(path: str, key: str) -> str:
    """The JSONPath of a key, quoted where it is not a plain word."""
    plain = key.isascii() and key.isidentifier()
    return f"{path}.{key}" if plain else f"{path}[{key!r}]"
