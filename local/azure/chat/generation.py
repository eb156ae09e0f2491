"""What the models say: the base one something general, a tuned one in the style of its data.

No language model is at work. A tuned model takes the nearest training example and speaks with its
sentences; where the system message forbids a topic that the prompt asks for, it declines in the
data's own tone. Equal questions get equal answers. Every text ends in `MARK`.
"""

import re

from local.azure.fine_tuning.training_examples import TrainingExample

from .nearest import Nearest, words

MARK = "[emulated]"
NEAR = 0.5
_WORD = re.compile(r"[\w'\u2019-]+|[^\w\s]")
_SENTENCE = re.compile(r"[^.!?]+[.!?]+[\"')\]]*|[^.!?]+$")
_ARTICLES = ("the", "a", "an")
_FORBIDS = re.compile(r"\b(?:not|never|don't|avoid|refuse)\b(.*)", re.IGNORECASE | re.DOTALL)
# words by which people ask for something without naming it
_MEANS = {
    "stay": "hotel",
    "sleep": "hotel",
    "accommodation": "hotel",
    "lodging": "hotel",
    "eat": "restaurant",
    "dine": "restaurant",
    "fly": "flight",
    "drive": "car",
}
# words in a prohibition that name no topic
_VAGUE = {"provide", "recommendation", "recommend", "suggest", "suggestion", "offer", "discus",
          "discuss", "talk", "answer", "question", "mention", "use", "user", "other"}  # fmt: skip


def base_answer(prompt: str) -> str:
    """A polite, general text about the prompt."""
    topic = _topic(prompt)
    return (
        f"Here is some general information about {topic}. There are several options, and the best"
        " one depends on your needs, your budget and your schedule. You may want to compare a few"
        f" sources before you decide. Let me know if you need more details. {MARK}"
    )


def tuned_answer(prompt: str, system: str, nearest: Nearest) -> str:
    """A text in the style of the training example nearest to the prompt."""
    example, nearness = nearest.find(prompt)
    if example is None or not example.answer:
        return base_answer(prompt)
    forbidden = _forbidden_topic(prompt, system or example.system)
    if forbidden and not _is_same(prompt, example):
        return f"{_decline(example, forbidden, nearest)} {MARK}"
    if nearness >= NEAR:
        return f"{example.answer} {MARK}"
    return f"{_combine(example, prompt)} {MARK}"


def _topic(prompt: str) -> str:
    """The longest run of words that carry meaning, with its article."""
    runs, before = [""], ""
    for word in _WORD.findall(prompt):
        if not words(word):
            runs.append("")
        elif not runs[-1] and before.lower() in _ARTICLES:
            runs[-1] = f"{before} {word}"
        else:
            runs[-1] = f"{runs[-1]} {word}".strip()
        before = word
    return max(runs, key=len) or "your question"


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]


def _question(text: str) -> str:
    questions = [sentence for sentence in _sentences(text) if sentence.endswith("?")]
    return questions[-1] if questions else ""


def _opening(text: str) -> str:
    first = _sentences(text)[:1]
    # A long first sentence already answers something else; only a short one sets a tone.
    return first[0] if first and len(first[0]) <= 60 and not first[0].endswith("?") else ""


def _forbidden_topic(prompt: str, system: str) -> str:
    asked = words(prompt)
    wanted = {*asked, *(_MEANS[word] for word in asked if word in _MEANS)}
    for sentence in _sentences(system):
        found = _FORBIDS.search(sentence)
        topics = [word for word in words(found[1]) if word not in _VAGUE] if found else []
        for topic in topics:
            if topic in wanted:
                return topic
    return ""


def _is_same(prompt: str, example: TrainingExample) -> bool:
    return words(prompt) == words(example.prompt)


def _decline(example: TrainingExample, topic: str, nearest: Nearest) -> str:
    openings = filter(None, (_opening(one.answer) for one in nearest.examples))
    parts = (
        _opening(example.answer) or min(openings, key=len, default=""),
        f"Picking a {topic} is the one thing I leave to you, but I am all yours for the rest.",
        _question(example.answer) or "What else would you like to know?",
    )
    return " ".join(filter(None, parts))


def _combine(example: TrainingExample, prompt: str) -> str:
    """The example's opening, its substance tied to the prompt, and its closing question."""
    sentences = _sentences(example.answer)
    opening, question = _opening(example.answer), _question(example.answer)
    middle = [sentence for sentence in sentences if sentence not in {opening, question}]
    bridge = f"Speaking of {_topic(prompt)}:" if middle else ""
    return " ".join(filter(None, (opening, bridge, *middle, question)))
