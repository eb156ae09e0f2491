"""Rules about the file as bytes and lines, and about its size."""

from shared.validation.rules import sources
from shared.validation.rules.rule import Basis, Group, Level

GROUP = Group("File")

_D, _I = Basis.DOCUMENTED, Basis.INFERRED
_ERROR, _WARNING, _INFO = Level.ERROR, Level.WARNING, Level.INFO

UTF8 = GROUP.rule(
    1,
    "utf-8",
    "the file is UTF-8",
    _ERROR,
    _D,
    sources.TUNING,
    "Save the file as UTF-8.",
)
BOM = GROUP.rule(
    2,
    "byte-order-mark",
    "a byte order mark is optional",
    _INFO,
    _D,
    sources.TUNING,
    "No action needed: Azure's documentation requires the mark, its samples omit it, both work.",
)
ONE_OBJECT = GROUP.rule(
    3,
    "one-object-per-line",
    "every line is one JSON object",
    _ERROR,
    _D,
    sources.TUNING,
    "Write one object per line, without an enclosing list and without commas between lines.",
)
SYNTAX = GROUP.rule(
    4,
    "json-syntax",
    "every line is valid JSON",
    _ERROR,
    _D,
    sources.JSON,
    "Generate the line with a JSON library, for example json.dumps.",
)
CONSTANTS = GROUP.rule(
    5,
    "json-constants",
    "no NaN or Infinity, which are not JSON",
    _ERROR,
    _I,
    sources.JSON,
    "Replace it with null or a number.",
)
DUPLICATE_KEYS = GROUP.rule(
    6,
    "duplicate-keys",
    "no duplicate keys in an object",
    _ERROR,
    _I,
    sources.JSON,
    "Remove one of the two: parsers differ in which one they use.",
)
CHARACTERS = GROUP.rule(
    7,
    "characters",
    "no lone surrogates (error), no NUL characters (warning)",
    _ERROR,
    _I,
    sources.JSON,
    "Remove the character; it is usually half of an emoji that was cut in two.",
)
BLANK_LINES = GROUP.rule(
    8,
    "blank-lines",
    "no blank lines",
    _WARNING,
    _I,
    sources.PRACTICE,
    "Remove the line, or use --fix.",
)
LINE_ENDS = GROUP.rule(
    9,
    "line-ends",
    "lines end in LF or CRLF; the end of the last line is optional",
    _WARNING,
    _I,
    sources.PRACTICE,
    "Use LF line ends, or --fix: not every parser treats a single CR as a line end.",
)
EMPTY = GROUP.rule(
    10,
    "empty-file",
    "the file is not empty",
    _ERROR,
    _D,
    sources.TUNING,
    "Add at least 10 examples.",
)
SIZE = GROUP.rule(
    11,
    "file-size",
    "at most 512 MB by API and 200 MB by portal; large uploads go by parts (warning above 150 MB)",
    _ERROR,
    _D,
    sources.LIMITS,
    "Remove rows that are similar to others, or split the file.",
)
MINIMUM = GROUP.rule(
    12,
    "minimum-examples",
    "at least 10 examples (warning below 50)",
    _ERROR,
    _D,
    sources.TUNING,
    "Add examples: good results usually need at least 50.",
)
BUDGET = GROUP.rule(
    13,
    "training-tokens",
    "tokens times epochs are at most 2 billion",
    _ERROR,
    _D,
    sources.LIMITS,
    "Reduce the number of epochs, or remove rows.",
)
