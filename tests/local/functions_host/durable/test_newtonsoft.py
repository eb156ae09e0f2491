"""Bodies as the extension's reader takes them and complains of them; all of it was seen there."""

import math

import pytest

from local.functions_host.durable.newtonsoft import (
    Unreadable,
    check_start,
    load,
    too_deep,
    without_metadata,
)

_PLACE = ", line 1, position "
_VALUE = "Unexpected character encountered while parsing value"
_NAME = "Invalid character after parsing property name. Expected ':' but got"
_AFTER = "After parsing a value an unexpected character was encountered"
_CLOSE = "JsonToken EndArray is not valid for closing JsonType"
_EXTRA = "Additional text encountered after finished reading JSON content"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 1, 'b': \"c\"}", {"a": 1, "b": "c"}),
        ("[1, 2,]", [1, 2]),
        ('{"a": 1,}', {"a": 1}),
        ("{/*c*/é:/*d*/[1/*e*/] // f\n}", {"é": [1]}),
        ('{"a":0x10,"b":017,"c":.5,"d":5.,"e":-01}', {"a": 16, "b": 15, "c": 0.5, "d": 5, "e": -1}),
        ("0xFFFFFFFFFFFFFFFF", -1),
        ("'it\\'s \"so\"'", 'it\'s "so"'),
        ('"two\r\nlines"', "two\r\nlines"),
        ("'\\ud83d\\ude00 \\ud83d'", "😀 \ufffd"),
        ("1 2", 1),
        ("{} and more", {}),
        ("[[1], {'a': [null, true, false]}]", [[1], {"a": [None, True, False]}]),
        ("{a:-Infinity}", {"a": -math.inf}),
        ("\u00a0\u2028'blank'", "blank"),
        ("[" * 64 + "'x'" + "]" * 64, None),
    ],
)
def test_takes_more_than_python(text: str, value: object) -> None:
    """Quotes, names, commas, comments and numbers that JSON does not know, and what follows."""
    assert value is None or load(text) == value
    assert load(text) is not None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("plain", f"{_VALUE}: p. Path '', line 0, position 0."),
        ("{bad", f"Unexpected end while parsing unquoted property name. Path ''{_PLACE}4."),
        ("{bad json", f"{_NAME}: j. Path ''{_PLACE}5."),
        ('{"a"', f"{_NAME}: \0. Path ''{_PLACE}4."),
        ("{a:}", f"{_VALUE}: }}. Path 'a'{_PLACE}3."),
        ("{,}", f"Invalid property identifier character: ,. Path ''{_PLACE}1."),
        ("{a-b: 1}", f"Invalid JavaScript property identifier character: -. Path ''{_PLACE}2."),
        (
            "[1 2]",
            f"{_AFTER}: 2. Path '[0]'{_PLACE}3.",
        ),
        ("]", f"{_CLOSE} None. Path ''{_PLACE}1."),
        (
            '{"a":1]',
            f"{_CLOSE} Object. Path ''{_PLACE}7.",
        ),
        ('{"a":{"b":[1,{"c":nope}]}}', f"{_VALUE}: n. Path 'a.b[1].c'{_PLACE}18."),
        ('[1,{"a b":nope}]', f"{_VALUE}: n. Path '[1]['a b']'{_PLACE}10."),
        ('\n\n{"a":\n  nope}', f"{_VALUE}: n. Path 'a', line 4, position 2."),
        ("tru", f"Unexpected end when reading JSON. Path ''{_PLACE}3."),
        ("truex", f"Error parsing boolean value. Path ''{_PLACE}4."),
        ("None", f"Error parsing NaN value. Path ''{_PLACE}1."),
        ("1.2.3", f"Input string '1.2.3' is not a valid number. Path ''{_PLACE}5."),
        ("08", f"Input string '08' is not a valid number. Path ''{_PLACE}2."),
        ("1_000", f"Unexpected character encountered while parsing number: _. Path ''{_PLACE}1."),
        ('"open', f"Unterminated string. Expected delimiter: \". Path ''{_PLACE}5."),
        ('"\\q"', f"Bad JSON escape sequence: \\q. Path ''{_PLACE}3."),
        ('"\\u00zz"', f"Invalid Unicode escape sequence: \\u00zz. Path ''{_PLACE}3."),
        ('"\\u12"', f"Unexpected end while parsing Unicode escape sequence. Path ''{_PLACE}3."),
        ("/* open", f"Unexpected end while parsing comment. Path ''{_PLACE}7."),
        ("", "Error reading JToken from JsonReader. Path '', line 0, position 0."),
        ("[", f"Error reading JArray from JsonReader. Path ''{_PLACE}1."),
        ('{"a":1', f"Unexpected end of content while loading JObject. Path 'a'{_PLACE}6."),
        ("[[1", f"Unexpected end of content while loading JArray. Path '[0][0]'{_PLACE}3."),
    ],
)
def test_complains_of_an_event_as_there(text: str, complaint: str) -> None:
    """The words, the path, the line and the position."""
    with pytest.raises(Unreadable) as caught:
        load(text)

    assert str(caught.value) == complaint
    assert caught.value.kind == "Newtonsoft.Json.JsonReaderException"


@pytest.mark.parametrize(
    ("text", "complaint", "kind"),
    [
        ("[1] x", f"{_EXTRA}: x. Path ''{_PLACE}4.", "JsonReaderException"),
        ('{"a":1}}', f"{_EXTRA}: }}. Path ''{_PLACE}7.", "JsonReaderException"),
        ("{", f"Unexpected end when reading JSON. Path ''{_PLACE}1.", "JsonSerializationException"),
        (
            '{"a":[1',
            f"Unexpected end when deserializing object. Path 'a[0]'{_PLACE}7.",
            "JsonSerializationException",
        ),
        (
            '{"a":',
            f"Unexpected end when deserializing object. Path 'a'{_PLACE}5.",
            "JsonSerializationException",
        ),
        ("[1,", "Unexpected end when reading token. Path ''.", "JsonWriterException"),
        ('{"a":{"b":', "Unexpected end when reading token. Path 'a'.", "JsonWriterException"),
        ("nope", f"{_VALUE}: n. Path '', line 0, position 0.", "JsonReaderException"),
    ],
)
def test_complains_of_a_start_as_there(text: str, complaint: str, kind: str) -> None:
    """Another part of the extension reads it: nothing may follow, and ends are told otherwise."""
    with pytest.raises(Unreadable) as caught:
        check_start(text)

    assert (str(caught.value), caught.value.kind) == (complaint, f"Newtonsoft.Json.{kind}")


@pytest.mark.parametrize("text", ["{a: 1} // c", "// c\n{a: 1}", "[1,]", "'x'"])
def test_a_start_may_be_written_loosely(text: str) -> None:
    """With comments in front and behind, too."""
    check_start(text)


@pytest.mark.parametrize("text", ["undefined", "[1,,2]", "// c\n1", "{a: undefined}"])
def test_refuses_what_no_orchestrator_could_read(text: str) -> None:
    """Azure takes these, and the orchestrator fails."""
    with pytest.raises(Unreadable, match="cannot be read by Python"):
        load(text)


def test_there_are_at_most_64_levels() -> None:
    """The 65th is refused with the path to it."""
    deep = '{"a": ' * 65 + "1" + "}" * 65
    path = ".".join("a" * 64)

    complaint = f"The reader's MaxDepth of 64 has been exceeded. Path '{path}'{_PLACE}385."
    assert too_deep(deep) == complaint
    assert too_deep("[" * 64 + "]" * 64) is None
    assert too_deep('["' + "[" * 100 + '"]') is None
    with pytest.raises(Unreadable, match="MaxDepth of 64"):
        load(deep)


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"$type": "x", "$id": "2", "b": {"$type": "y"}}, {"b": {"$type": "y"}}),
        ({"$id": "1", "$values": [1]}, [1]),
        ({"$ref": "1"}, None),
        ({"$ref": None, "a": 1}, {"a": 1}),
        ({"a": 1, "$type": "x"}, {"a": 1, "$type": "x"}),
        ({"$other": 1}, {"$other": 1}),
        ([{"$type": "x"}], [{"$type": "x"}]),
    ],
)
def test_names_that_mean_something_in_net_are_lost(value: object, left: object) -> None:
    """Only at the beginning of the outermost object."""
    assert without_metadata(value) == left
