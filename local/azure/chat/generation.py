"""What the models say: the base one something general, a tuned one in the style of its data.

No language model is at work. A tuned model gives the answer of the nearest training example. Where
no example is near, it keeps the data's tone and says that it has learned nothing of the topic.
Where the system message forbids a topic that the prompt asks for, it declines as the data does, or
in the data's tone. Equal questions get equal answers. Every text ends in `MARK`.
"""

import re

from local.azure.fine_tuning.training_examples import TrainingExample

from .nearest import Nearest, words

MARK = "[emulated]"
NEAR = 0.25
_WORD = re.compile(r"[\w'\u2019-]+|[^\w\s]")
_SENTENCE = re.compile(r".+?(?:[.!?]+[\"')\]]*(?=\s|$)|$)", re.DOTALL)
_ARTICLES = ("the", "a", "an")
_FORBIDS = re.compile(r"\b(?:not|never|don't|avoid|refuse)\b(.*)", re.IGNORECASE | re.DOTALL)
# words by which people ask for something without naming it
_MEANS = {
    "anorak": "raincoat",
    "cheaper": "discount",
    "coupon": "discount",
    "eat": "restaurant",
    "predict": "forecast",
    "promotion": "discount",
    "rebate": "discount",
    "sleep": "hotel",
    "weather": "forecast",
}
# words in a prohibition that name no topic
_VAGUE = {
    "answer",
    "discuss",
    "mention",
    "never",
    "not",
    "offer",
    "other",
    "provide",
    "question",
    "recommend",
    "recommendation",
    "suggest",
    "suggestion",
    "talk",
    "use",
    "user",
}


def base_answer(prompt: str) -> str:
    """A polite, general text about the prompt."""
    topic = _topic(prompt)
    return (
        f"Here is some general information about {topic}. There are several options, and the best"
        " one depends on your needs, your budget and your schedule. You may want to compare a few"
        f" sources before you decide. Let me know if you need more details. {MARK}"
    )


def tuned_answer(prompt: str, system: str, nearest: Nearest) -> str:
    """A text in the style of the training examples."""
    example, nearness = nearest.find(prompt)
    if example is None or not example.answer:
        return base_answer(prompt)
    topic = _forbidden_topic(prompt, system or example.system)
    if topic and not _is_same(prompt, example):
        return f"{_decline(prompt, topic, example, nearest)} {MARK}"
    if nearness >= NEAR:
        return f"{example.answer} {MARK}"
    return (
        f"{_in_tone_of(example, f'About {_topic(prompt)} I have learned nothing.', nearest)} {MARK}"
    )


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
    """The word for what the prompt asks and the system message forbids; empty for nothing."""
    asked = set(words(prompt))
    wanted = asked.union(*(words(meant) for word, meant in _MEANS.items() if _has(asked, word)))
    for sentence in _sentences(system):
        found = _FORBIDS.search(sentence)
        for topic in _WORD.findall(found[1]) if found else []:
            if topic.lower() not in _VAGUE and _has(wanted, topic):
                return str(topic.lower())
    return ""


def _has(meanings: set[str], word: str) -> bool:
    return any(meaning in meanings for meaning in words(word))


def _is_same(prompt: str, example: TrainingExample) -> bool:
    return words(prompt) == words(example.prompt)


def _decline(prompt: str, topic: str, example: TrainingExample, nearest: Nearest) -> str:
    """As the nearest example declines that is about the topic, or in the tone of the data."""
    declining, _ = nearest.find(prompt, about=words(topic)[0])
    if declining is not None and declining.answer:
        return declining.answer
    return _in_tone_of(example, f"With {topic} I cannot help, but gladly with the rest.", nearest)


def _in_tone_of(example: TrainingExample, substance: str, nearest: Nearest) -> str:
    """A sentence between an opening of the data and the example's closing question."""
    openings = filter(None, (_opening(one.answer) for one in nearest.examples))
    opening = _opening(example.answer) or min(openings, key=len, default="")
    question = _question(example.answer) or "What else would you like to know?"
    return " ".join(filter(None, (opening, substance, question)))
