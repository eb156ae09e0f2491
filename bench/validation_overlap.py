"""How many near copies minhash finds, and how often it is wrong.

`python -m bench.validation_overlap [--write docs/performance.md]`
"""

import argparse
import random
from pathlib import Path

from bench.page import update_page
from bench.validation_data import sentences
from shared.validation.duplicates.near_copies import NEAR, SHINGLE_WORDS, NearCopies

_PAIRS = 2_000
_SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)


def table() -> str:
    """For each share of replaced words the true likeness and the share that was found."""
    chance = random.Random(11)
    texts = [sentences(chance, chance.randint(2, 12)) for _ in range(_PAIRS)]
    near = NearCopies()
    for line, text in enumerate(texts, 1):
        near.add(text, line)
    lines = [
        "| words replaced | pairs | common runs of words | reported as near copies |",
        "| --- | --- | --- | --- |",
    ]
    for share in _SHARES:
        changed = [_replace_words(chance, text, share) for text in texts]
        pairs = list(zip(texts, changed, strict=True))
        likeness = sum(_likeness(one, other) for one, other in pairs) / _PAIRS
        found = sum(near.find(text) is not None for text in changed) / _PAIRS
        lines.append(f"| {share:.0%} | {_PAIRS:,} | {likeness:.0%} | {found:.1%} |")
    others = [sentences(chance, chance.randint(2, 12)) for _ in range(_PAIRS * 10)]
    false = sum(near.find(text) is not None for text in others)
    lines.append(f"| unrelated | {len(others):,} | 0% | {false} rows |")
    below = _false_alarms(chance, texts, near)
    return "\n".join(lines) + (
        f"\n\nOf all changed rows whose true likeness is below {NEAR - 0.1:.0%}, "
        f"{below:.1%} were reported.\n"
    )


def _replace_words(chance: random.Random, text: str, share: float) -> str:
    words = text.split()
    replaced = chance.sample(range(len(words)), round(len(words) * share))
    for place in replaced:
        words[place] = f"other{chance.randrange(10_000)}"
    return " ".join(words)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = "".join(char if char.isalnum() else " " for char in text.lower()).split()
    return set(zip(*(words[start:] for start in range(SHINGLE_WORDS)), strict=False))


def _likeness(one: str, other: str) -> float:
    first, second = _runs(one), _runs(other)
    return len(first & second) / max(1, len(first | second))


def _false_alarms(chance: random.Random, texts: list[str], near: NearCopies) -> float:
    unlike = []
    for text in texts:
        changed = _replace_words(chance, text, chance.uniform(0.02, 0.3))
        if _likeness(text, changed) < NEAR - 0.1:
            unlike.append(changed)
    return sum(near.find(text) is not None for text in unlike) / max(1, len(unlike))


def main() -> None:
    """Measure, print the table and keep it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page whose table is to be replaced")
    options = parser.parse_args()
    text = table()
    print(text)
    if options.write:
        update_page(options.write, "overlap", text)


if __name__ == "__main__":
    main()
