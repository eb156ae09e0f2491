"""The cache of token counts."""

from shared.validation.tokens.counting import TokenCache


def unlike(number: int) -> list[str]:
    """A hundred texts like no others."""
    return [f"text {number} {place}" for place in range(100)]


def test_repeated_texts_are_cached() -> None:
    """A recent text need not be counted again."""
    cache = TokenCache()
    cache.add(unlike(1), [5] * 100)

    assert cache.lookup(dict.fromkeys([*unlike(1)[:50], *unlike(2)])) == dict.fromkeys(
        unlike(1)[:50], 5
    )


def test_cache_pauses_without_repeated_texts_and_resumes_with_them() -> None:
    """Among new texts the cache pauses; once texts are repeated, they are found."""
    cache = TokenCache()
    known = []
    for block in range(100):
        texts = unlike(min(50, block))
        counts = cache.lookup(dict.fromkeys(texts))
        cache.add([text for text in texts if text not in counts], [5] * (100 - len(counts)))
        known.append(len(counts))

    assert known[:51] == [0] * 51
    assert known[70:] == [100] * 30


def test_cache_is_bounded() -> None:
    """However many texts there are, the oldest are dropped."""
    cache = TokenCache()
    for number in range(200):
        cache.add([f"{number:06} " + "x" * 100_000], [1])

    assert sum(map(len, [*cache._young, *cache._old])) < 9 << 20
    assert not cache.lookup({"000000 " + "x" * 100_000: None})
