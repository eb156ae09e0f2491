"""JSON token by token, after JsonTextReader: what may stand where, and the complaints."""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, ClassVar

from local.functions_host.durable.newtonsoft import scalars
from local.functions_host.durable.newtonsoft.path import Place, path
from local.functions_host.durable.newtonsoft.text import Text, Unreadable

DEPTH = 64
"""How many levels of arrays and objects there may be."""


class Token(Enum):
    """What has been read."""

    StartObject = auto()
    StartArray = auto()
    EndObject = auto()
    EndArray = auto()
    Name = auto()
    Value = auto()
    Undefined = auto()
    Comment = auto()


class _Next(Enum):
    Value = auto()
    Member = auto()
    Comma = auto()
    Nothing = auto()


class Reader:
    """Reads a text.

    Attributes:
        token: The last token; None before the first and behind the end of a whole value.
        value: The name or the value that it stands for.
    """

    def __init__(self, text: str) -> None:
        self._text = Text(text)
        self._next = _Next.Value
        self.token: Token | None = None
        self.value: Any = None

    @property
    def depth(self) -> int:
        """How many containers are open."""
        return len(self._text.places)

    def outer_path(self) -> str:
        """The path of the innermost container."""
        return path(self._text.places[:-1])

    def fault(self, message: str, kind: str = "JsonReaderException") -> Unreadable:
        """An error at the place that the reader has come to."""
        return self._text.fault(message, kind)

    def read(self) -> bool:
        """Go on to the next token; false at the end of the text.

        Raises:
            Unreadable: There is no token.
        """
        while True:
            char = self._text.skip_blanks()
            if not char:
                if self._next in (_Next.Comma, _Next.Nothing):
                    self.token = None
                    self._next = _Next.Nothing
                return False
            if self._take(char):
                return True

    def _take(self, char: str) -> bool:
        if char == "/":
            scalars.comment(self._text)
            self.token = Token.Comment
            return True
        match self._next:
            case _Next.Value:
                self._value(char)
            case _Next.Member:
                self._member(char)
            case _Next.Comma:
                return self._behind_value(char)
            case _Next.Nothing:
                what = "Additional text encountered after finished reading JSON content"
                raise self.fault(f"{what}: {char}.")
        return True

    def _value(self, char: str) -> None:
        if (read := self._VALUES.get(char)) is not None:
            read(self)
        elif char.isnumeric() or char in "-.":
            self._number()
        else:
            raise self.fault(f"Unexpected character encountered while parsing value: {char}.")

    def _member(self, char: str) -> None:
        if char == "}":
            self._close()
            return
        if char in "\"'":
            name = scalars.quoted(self._text)
        elif scalars.names(char):
            name = scalars.bare_name(self._text)
        else:
            raise self.fault(f"Invalid property identifier character: {char}.")
        if (char := self._text.skip_blanks() or "\0") != ":":
            what = "Invalid character after parsing property name. Expected ':' but got"
            raise self.fault(f"{what}: {char}.")
        self._text.at += 1
        self._text.begun = False
        self._text.places[-1].name = name
        self.token, self.value, self._next = Token.Name, name, _Next.Value

    def _behind_value(self, char: str) -> bool:
        if char in "}]":
            self._close()
            return True
        if char != ",":
            what = "After parsing a value an unexpected character was encountered"
            raise self.fault(f"{what}: {char}.")
        self._text.at += 1
        self._next = _Next.Value if self._text.places[-1].array else _Next.Member
        return False

    # ---- tokens

    def _open(self) -> None:
        array = self._text.step() == "["
        self.token = Token.StartArray if array else Token.StartObject
        self._count()
        self._text.places.append(Place(array))
        self._text.begun = True
        self._next = _Next.Value if array else _Next.Member
        if self.depth > DEPTH:
            raise self.fault(f"The reader's MaxDepth of {DEPTH} has been exceeded.")

    def _close(self) -> None:
        array = self._text.step() == "]"
        self.token = Token.EndArray if array else Token.EndObject
        self._text.begun = False
        place = self._text.places.pop() if self._text.places else None
        if place is None or place.array != array:
            kind = "None" if place is None else ("Array" if place.array else "Object")
            what = f"JsonToken {self.token.name} is not valid for closing JsonType {kind}."
            raise self.fault(what)
        self._end_value()

    def _give(self, value: Any, token: Token = Token.Value) -> None:
        self.token, self.value = token, value
        self._count()
        self._end_value()

    def _count(self) -> None:
        self._text.fresh = self._text.begun = False
        if self._text.places and self._text.places[-1].array:
            self._text.places[-1].index += 1

    def _end_value(self) -> None:
        self._next = _Next.Comma if self._text.places else _Next.Nothing

    def _quoted(self) -> None:
        self._give(scalars.quoted(self._text))

    def _number(self) -> None:
        digits = scalars.digits(self._text)
        self._give(None)  # counted already when the reader finds fault with it
        try:
            self.value = scalars.number(digits)
        except ValueError:
            raise self.fault(f"Input string '{digits}' is not a valid number.") from None

    def _minus(self) -> None:
        if self._text.peek(1) == "I":
            self._word("-Infinity", float("-inf"), "-Infinity")
        else:
            self._number()

    def _null(self) -> None:
        if not self._text.peek(1):
            self._text.at += 1
            raise self.fault("Unexpected end when reading JSON.")
        if self._text.peek(1) != "u":
            raise self.fault("Unexpected character encountered while parsing value: n.")
        self._word("null", None, "null")

    def _word(self, word: str, value: Any, kind: str, token: Token = Token.Value) -> None:
        if self._text.left() < len(word):
            self._text.at += self._text.left()
            raise self.fault("Unexpected end when reading JSON.")
        same = next((n for n, c in enumerate(word) if self._text.peek(n) != c), len(word))
        self._text.at += same
        if same < len(word) or not self._text.at_separator():
            raise self.fault(f"Error parsing {kind} value.")
        self._give(value, token)

    _VALUES: ClassVar[dict[str, Callable[["Reader"], None]]] = {
        '"': _quoted,
        "'": _quoted,
        "{": _open,
        "[": _open,
        "]": _close,
        # A comma where a value should be stands for `undefined`, and is read once more.
        ",": lambda self: self._give(None, Token.Undefined),
        "-": _minus,
        "n": _null,
        "t": lambda self: self._word("true", value=True, kind="boolean"),
        "f": lambda self: self._word("false", value=False, kind="boolean"),
        "N": lambda self: self._word("NaN", float("nan"), "NaN"),
        "I": lambda self: self._word("Infinity", float("inf"), "Infinity"),
        "u": lambda self: self._word("undefined", None, "undefined", Token.Undefined),
    }
