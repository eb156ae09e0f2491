"""Complaints about bodies that are not JSON, as recorded from the extension."""

import pytest

from local.host.durable.management.newtonsoft import complaint


@pytest.mark.parametrize(
    ("text", "words", "line", "position"),
    [
        ("", "Error reading JToken from JsonReader", 0, 0),
        ("{bad", "Unexpected end while parsing unquoted property name", 1, 4),
        (
            "{bad json",
            "Invalid character after parsing property name. Expected ':' but got: j",
            1,
            5,
        ),
        ("plain", "Unexpected character encountered while parsing value: p", 0, 0),
        ("[1] x", "Additional text encountered after finished reading JSON content: x", 1, 4),
    ],
)
def test_says_what_the_extension_says(text: str, words: str, line: int, position: int) -> None:
    """The commonest faults are worded as there, place included."""
    assert complaint(text) == f"{words}. Path '', line {line}, position {position}."


def test_has_nothing_to_say_about_json() -> None:
    """JSON of any kind is fine."""
    assert [complaint(text) for text in ("1", "null", '{"a": [1]}')] == [None, None, None]
