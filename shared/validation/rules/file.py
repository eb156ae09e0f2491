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
    "with or without a byte order mark",
    _INFO,
    _D,
    sources.TUNING,
    "Nothing to do: Azure's page asks for the mark, its samples leave it out, both are taken.",
)
ONE_OBJECT = GROUP.rule(
    3,
    "one-object-per-line",
    "every line is one JSON object",
    _ERROR,
    _D,
    sources.TUNING,
    "Write one object per line, without a list around them and commas between them.",
)
SYNTAX = GROUP.rule(
    4,
    "json-syntax",
    "every line is valid JSON",
    _ERROR,
    _D,
    sources.JSON,
    "Write the line with a JSON library instead of by hand.",
)
CONSTANTS = GROUP.rule(
    5,
    "json-constants",
    "no NaN or Infinity, which are not JSON",
    _ERROR,
    _I,
    sources.JSON,
    "Write null or a number.",
)
DUPLICATE_KEYS = GROUP.rule(
    6,
    "duplicate-keys",
    "no key twice in one object",
    _ERROR,
    _I,
    sources.JSON,
    "Remove one of the two: which one is read differs from parser to parser.",
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
    "Remove the line (--fix does).",
)
LINE_ENDS = GROUP.rule(
    9,
    "line-ends",
    "lines end in LF or CRLF; the last one need not end",
    _WARNING,
    _I,
    sources.PRACTICE,
    "Write LF line ends (--fix does); a lone CR is not a line end to every reader.",
)
EMPTY = GROUP.rule(
    10,
    "empty-file",
    "the file is not empty",
    _ERROR,
    _D,
    sources.TUNING,
    "Drop a file with at least 10 examples.",
)
SIZE = GROUP.rule(
    11,
    "file-size",
    "at most 512 MB by API and 200 MB by portal; large uploads go by parts (warning above 150 MB)",
    _ERROR,
    _D,
    sources.LIMITS,
    "Split the file, or leave out rows that teach the same.",
)
MINIMUM = GROUP.rule(
    12,
    "minimum-examples",
    "at least 10 examples (warning below 50)",
    _ERROR,
    _D,
    sources.TUNING,
    "Add examples; from 50 on results are usually worth their price.",
)
BUDGET = GROUP.rule(
    13,
    "training-tokens",
    "tokens times epochs stay within 2 billion",
    _ERROR,
    _D,
    sources.LIMITS,
    "Train fewer epochs or drop rows.",
)
