"""Rules about duplicates, sensitive data and chat markers."""

from collections.abc import Iterator

from shared.validation.example import Example
from shared.validation.json_values import member
from shared.validation.rules import sources
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.sensitive import patterns
from shared.validation.turn import Json

GROUP = Group("Quality and safety")

# The markers that the chat format itself is written with. They are plain text to the tokenizer of
# a training file, but a model that learns to write them breaks its callers' parsing.
_MARKERS = ("<|im_start|>", "<|im_end|>", "<|im_sep|>", "<|endoftext|>", "<|start|>", "<|end|>")

DUPLICATE = GROUP.rule(
    72,
    "duplicate-row",
    "no duplicate rows",
    Level.WARNING,
    Basis.INFERRED,
    sources.PRACTICE,
    "Remove one of the two: a duplicate counts twice in training.",
)
DIFFERENT_ANSWERS = GROUP.rule(
    73,
    "different-answers",
    "no different answers to the same prompt",
    Level.INFO,
    Basis.INFERRED,
    sources.PRACTICE,
    "Keep both if the variety is intended; otherwise keep the better answer.",
)
OVERLAP = GROUP.rule(
    74,
    "validation-overlap",
    "no rows in both the training and the validation file (a near copy is a warning)",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.GUIDE,
    "Remove the row from one of the two files: shared rows hide overfitting.",
)
MODERATION = GROUP.rule(
    76,
    "moderation",
    "the service checks the file for harmful content",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.SAFETY,
    "No action needed: this cannot be checked offline, and a refused job is not charged.",
)


@GROUP.check(
    75,
    "sensitive-data",
    "no personal data (warning), no secrets (error)",
    Level.WARNING,
    Basis.INFERRED,
    sources.PRACTICE,
    "Replace it with a made-up value: a model can repeat what it was trained on.",
)
def sensitive_data(example: Example) -> Iterator[Fault]:
    """Checks every text of the row, except keys. Values are masked here already."""
    for path, text in texts("$", example.row):
        for hit in patterns.find(text):
            level = Level.ERROR if hit.secret else Level.WARNING
            value = patterns.mask_value(text[hit.start : hit.end])
            found = f"{hit.kind} at character {hit.start + 1}"
            hint = _REVOKE if hit.secret else None
            yield sensitive_data.fault(path, value, found, level=level, hint=hint)


@GROUP.check(
    77,
    "role-markers",
    "no control markers of the chat format in texts",
    Level.WARNING,
    Basis.INFERRED,
    sources.PRACTICE,
    "Remove the marker: use one message for each turn instead.",
)
def role_markers(example: Example) -> Iterator[Fault]:
    """One finding for each text and marker."""
    for path, text in texts("$", example.row):
        for marker in _MARKERS:
            if marker in text:
                found = f"marker {marker} at character {text.index(marker) + 1}"
                yield role_markers.fault(path, marker, found)


_REVOKE = "Remove it from the file and revoke it: it may have been exposed."


def texts(path: str, value: Json) -> Iterator[tuple[str, str]]:
    """Every string in a value with its path, except data URLs."""
    if isinstance(value, str):
        if not value.startswith("data:"):
            yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(f"{path}[{index}]", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(member(path, key), item)
