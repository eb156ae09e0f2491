"""Finds the training example that is nearest to a prompt.

An example is near if it has the prompt's words, and rare words count for more than common ones
(their idf), and those that no example has for little. A word that was only answered counts for less
than one that was asked. Among examples that have as much of the prompt, the one nearer is the one
that asks for little else.
"""

import math
import re
from collections import Counter
from functools import cached_property

from local.azure.fine_tuning.training_examples import TrainingExample

ANSWER_WEIGHT = 0.5
FIT_WEIGHT = 0.2  # of how little else an example asks for
UNKNOWN_WEIGHT = 0.3  # of a word that no example has, beside the rarest word
# words too common to say what a text is about
_COMMON_WORDS = """
a about although am an and any are around as at be been best can could do does for from get
give good has have how i i'm if in is it it's me more mostly my of on one ones only or out please
should since so some still terms that the there they this though time to try was way what what's
when where which while who why will with within would you your
"""
COMMON = frozenset(_COMMON_WORDS.split())
_WORD = re.compile(r"[\w']+")


def words(text: str) -> list[str]:
    """The words of a text that carry meaning, in small letters and without their endings."""
    found = (word.strip("'") for word in _WORD.findall(text.lower().replace("\u2019", "'")))
    return [_stem(word) for word in found if word and word not in COMMON]


def _stem(word: str) -> str:
    """The word without an ending, so that `engrave`, `engraved` and `engraving` are the same."""
    word = word.removesuffix("'s")
    for ending in ("ing", "ed", "es", "s", "e"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and not word.endswith("ss"):
            return rest
    return word


class Nearest:
    """An index over the examples of one tuned model."""

    def __init__(self, examples: list[TrainingExample]) -> None:
        self.examples = examples

    def find(self, prompt: str, about: str = "") -> tuple[TrainingExample | None, float]:
        """The nearest example and how near it is.

        Args:
            prompt: What is asked.
            about: A word as `words` gives it; only examples that have it count. Empty: all do.

        Returns:
            The first of equals and its nearness, 0 to 1; None and 0 where no example counts.
        """
        query = set(words(prompt))
        best, score = None, 0.0
        for example, asked, answered in self._word_sets:
            if about and about not in asked | answered:
                continue
            nearness = self._nearness(query, asked, answered)
            if best is None or nearness > score:
                best, score = example, nearness
        return best, score

    def _nearness(self, query: set[str], asked: set[str], answered: set[str]) -> float:
        both = self._weight(query & asked)
        covered = both + ANSWER_WEIGHT * self._weight(query & answered - asked)
        share = covered / (self._weight(query) or 1.0)
        fit = both / (self._weight(query | asked) or 1.0)
        return (1 - FIT_WEIGHT) * share + FIT_WEIGHT * fit

    def _weight(self, found: set[str]) -> float:
        return sum(self._weights.get(word, self._unknown) for word in found)

    @cached_property
    def _unknown(self) -> float:
        return UNKNOWN_WEIGHT * math.log(1 + len(self.examples))

    @cached_property
    def _weights(self) -> dict[str, float]:
        counts = Counter(word for _, *both in self._word_sets for word in set().union(*both))
        return {word: math.log(1 + len(self.examples) / n) for word, n in counts.items()}

    @cached_property
    def _word_sets(self) -> list[tuple[TrainingExample, set[str], set[str]]]:
        return [(one, set(words(one.prompt)), set(words(one.answer))) for one in self.examples]
