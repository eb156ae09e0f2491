"""Token counting."""

import os
import socket

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.validation.tokens.vocabulary import VocabularyError, token_counter

_TEXTS = st.lists(st.text(max_size=40) | st.sampled_from(["", "<|endoftext|>", "a" * 500]))


@settings(max_examples=100)
@given(_TEXTS)
def test_counting_together_equals_counting_alone(texts: list[str]) -> None:
    """Texts that are counted in one call get the tokens that each has by itself."""
    counter = token_counter("o200k_base")

    assert counter.count_each(texts) == [counter.count(text) for text in texts]


@pytest.mark.parametrize(
    ("vocabulary", "count"), [("o200k_base", 6), ("o200k_harmony", 6), ("cl100k_base", 13)]
)
def test_counts_are_those_of_the_vocabulary(vocabulary: str, count: int) -> None:
    """Each vocabulary gives its own count of a text, which is tiktoken's."""
    assert token_counter(vocabulary).count("Где ближайший музей?") == count


def test_markers_count_as_plain_text() -> None:
    """A marker of the chat format is no special token in a training text."""
    assert token_counter("o200k_base").count("<|endoftext|>") > 1


def test_half_an_emoji_is_counted() -> None:
    """A lone surrogate counts as something instead of raising."""
    counter = token_counter("o200k_base")

    assert counter.count("\ud83d") >= 1
    assert counter.count_each(["a", "\ud83d"]) == [1, counter.count("\ud83d")]


def test_unknown_vocabulary_names_those_that_are_shipped() -> None:
    """A vocabulary that is not shipped is an error that lists the others, not a download."""
    with pytest.raises(VocabularyError, match="o200k_base"):
        token_counter("p50k_base")


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading a vocabulary opens no connection and leaves the environment as it was."""
    monkeypatch.setattr("shared.validation.tokens.vocabulary._counters", {})
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("a connection"))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/nowhere")
    tiktoken.registry.ENCODINGS.clear()

    counter = token_counter("cl100k_base")

    assert counter.count("hello world") == 2
    assert os.environ["TIKTOKEN_CACHE_DIR"] == "/nowhere"


def test_environment_never_loses_a_name_while_others_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Loading a vocabulary takes nothing from the environment that other threads walk through."""
    monkeypatch.setattr("shared.validation.tokens.vocabulary._counters", {})
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    tiktoken.registry.ENCODINGS.clear()
    taken: list[str] = []
    monkeypatch.setattr(type(os.environ), "__delitem__", lambda _, name: taken.append(name))

    token_counter("cl100k_base")

    assert taken == []
