"""The text that is read, character by character, and the place in it."""

from dataclasses import dataclass, field

from local.functions_host.durable.newtonsoft.path import Place, path

_ODD = ("\x1c", "\x1d", "\x1e", "\x1f")  # white space for Python, not for .NET
_READER = "JsonReaderException"


class Unreadable(ValueError):  # noqa: N818 - an answer to the caller, 400
    """The text is not JSON.

    Args:
        text: Why, in the words of the extension's reader.
        kind: The name of its exception.
    """

    READER = f"Newtonsoft.Json.{_READER}"

    def __init__(self, text: str, kind: str = _READER) -> None:
        super().__init__(text)
        self.kind = f"Newtonsoft.Json.{kind}"


@dataclass(slots=True)
class Text:
    """What is read, where the reader stands, and the containers that are open there.

    Attributes:
        at: The index of the next character.
        fresh: Nothing has been read yet.
        begun: The innermost container was just opened.
    """

    text: str
    at: int = 0
    fresh: bool = True
    begun: bool = False
    places: list[Place] = field(default_factory=list)
    _line: int = 1
    _line_start: int = 0

    def fault(self, message: str, kind: str = _READER) -> Unreadable:
        """An error with the place that the reader has come to."""
        position = self.at - self._line_start
        line = 0 if self.fresh and not position else self._line
        where = path(self.places[:-1] if self.begun else self.places)
        return Unreadable(f"{message} Path '{where}', line {line}, position {position}.", kind)

    def peek(self, offset: int = 0) -> str:
        """A character from here on, or an empty text behind the end."""
        return self.text[self.at + offset : self.at + offset + 1]

    def left(self) -> int:
        """How many characters are left."""
        return len(self.text) - self.at

    def skip_blanks(self) -> str:
        """The next character that is no white space, or an empty text."""
        while (char := self.peek()) and (char == "\0" or blank(char)):
            self.step()
        return char

    def step(self) -> str:
        """Go past a character, or past both of a line's end; gives what was passed."""
        passed = self.peek()
        if passed == "\r" and self.peek(1) == "\n":
            passed = "\r\n"
        self.at += len(passed)
        if passed and passed in "\r\n":
            self._line += 1
            self._line_start = self.at
        return passed

    def at_separator(self) -> bool:
        """Whether a word may end here."""
        char = self.peek()
        if char == "/":
            return self.peek(1) in ("*", "/")
        return char in "}],\0" or blank(char)


def blank(char: str) -> bool:
    """Whether .NET takes a character for white space."""
    return char.isspace() and char not in _ODD
