"""Texts whose tokens are remembered, and when that is not worth it."""

from shared.validation.tokens.counting import Memory


def unlike(number: int) -> list[str]:
    """A hundred texts like no others."""
    return [f"text {number} {place}" for place in range(100)]


def test_texts_that_come_again_are_known() -> None:
    """A text seen lately need not be counted again."""
    memory = Memory()
    memory.add(unlike(1), [5] * 100)

    assert memory.known(dict.fromkeys([*unlike(1)[:50], *unlike(2)])) == dict.fromkeys(
        unlike(1)[:50], 5
    )


def test_memory_rests_where_no_text_comes_again_and_wakes_when_one_does() -> None:
    """Among texts that are all new it looks now and then; once they repeat, it knows them."""
    memory = Memory()
    known = []
    for block in range(100):
        texts = unlike(min(50, block))
        counts = memory.known(dict.fromkeys(texts))
        memory.add([text for text in texts if text not in counts], [5] * (100 - len(counts)))
        known.append(len(counts))

    assert known[:51] == [0] * 51
    assert known[70:] == [100] * 30


def test_memory_is_bounded() -> None:
    """However many texts there are, the oldest are forgotten."""
    memory = Memory()
    for number in range(200):
        memory.add([f"{number:06} " + "x" * 100_000], [1])

    assert sum(map(len, [*memory._young, *memory._old])) < 9 << 20
    assert not memory.known({"000000 " + "x" * 100_000: None})
