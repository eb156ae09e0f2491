"""Finds the training example that is nearest to a prompt.

Words are weighted by how rare they are in the training data (tf-idf); what was asked counts in
full, what was answered a little, so that a place named only in an answer still helps.
"""

import math
import re
from collections import Counter
from functools import cached_property

from local.azure.fine_tuning.training_examples import TrainingExample

ANSWER_WEIGHT = 0.35
# words too common to say what a text is about
_COMMON_WORDS = """
a about am an and any are around as at be best can could do does for from get give good
has have how i i'm if in is it it's me more mostly my of on or please should so some tell
terms that the there they this time to try was way what what's when where which who why
will with within would you your
"""
COMMON = frozenset(_COMMON_WORDS.split())
_WORD = re.compile(r"[\w']+")


def words(text: str) -> list[str]:
    """The words of a text that carry meaning, in small letters and without a plural s."""
    found = (word.strip("'") for word in _WORD.findall(text.lower().replace("\u2019", "'")))
    return [_stem(word) for word in found if word and word not in COMMON]


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


class Nearest:
    """An index over the examples of one tuned model."""

    def __init__(self, examples: list[TrainingExample]) -> None:
        self.examples = examples

    def find(self, prompt: str) -> tuple[TrainingExample | None, float]:
        """The nearest example and how near it is (0 to 1); the first of equals."""
        query = self._vector(Counter(words(prompt)), 1.0)
        best, score = None, -1.0
        for example, vector in self._vectors:
            nearness = sum(query.get(word, 0.0) * weight for word, weight in vector.items())
            if nearness > score:
                best, score = example, nearness
        return best, max(0.0, score)

    @cached_property
    def _rarity(self) -> dict[str, float]:
        count = Counter(
            word
            for example in self.examples
            for word in {*words(example.prompt), *words(example.answer)}
        )
        return {word: math.log(1 + len(self.examples) / n) for word, n in count.items()}

    @cached_property
    def _vectors(self) -> list[tuple[TrainingExample, dict[str, float]]]:
        return [(example, self._example_vector(example)) for example in self.examples]

    def _example_vector(self, example: TrainingExample) -> dict[str, float]:
        asked = Counter(words(example.prompt))
        answered = Counter(words(example.answer))
        weights = {word: count * ANSWER_WEIGHT for word, count in answered.items()}
        for word, count in asked.items():
            weights[word] = weights.get(word, 0.0) + count
        return self._vector(weights, 1.0)

    def _vector(self, counts: dict[str, float] | Counter[str], scale: float) -> dict[str, float]:
        weights = {word: n * scale * self._rarity.get(word, 0.0) for word, n in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()} if length else {}
