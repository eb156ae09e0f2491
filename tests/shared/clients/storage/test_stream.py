"""A blob as a file: what clients expect of a file holds."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clients.storage.stream import BlobStream

DATA = bytes(range(100))


def _stream(asked: list[tuple[int, int]], piece: int = 8) -> BlobStream:
    def fetch(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return DATA[offset : offset + length]

    return BlobStream("a.jsonl", len(DATA), fetch, piece)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("read"), st.integers(-1, 40)),
            st.tuples(st.just("seek"), st.integers(0, 120)),
        )
    ),
    st.integers(1, 64),
)
def test_it_behaves_as_a_file_in_memory(moves: list[tuple[str, int]], piece: int) -> None:
    """Any series of seeks and reads gives what the same bytes in memory give."""
    stream, memory = io.BufferedReader(_stream([], piece)), io.BytesIO(DATA)

    for move, number in moves:
        if move == "read":
            assert stream.read(number) == memory.read(number)
        else:
            assert stream.seek(number) == memory.seek(number)
        assert stream.tell() == memory.tell()


def test_learning_the_length_fetches_nothing() -> None:
    """A client that seeks to the end and back has asked for no byte."""
    asked: list[tuple[int, int]] = []
    stream = _stream(asked)

    assert stream.seek(0, io.SEEK_END) == len(DATA)
    assert stream.seek(0) == 0
    assert asked == []


def test_each_byte_is_fetched_once() -> None:
    """Small reads share a piece; the last piece asks for no more than there is."""
    asked: list[tuple[int, int]] = []
    stream = _stream(asked, piece=64)

    while stream.read(7):
        pass

    assert asked == [(0, 64), (64, 36)]


def test_place_before_the_start_is_refused() -> None:
    """A negative place is an error, as in any file."""
    with pytest.raises(ValueError, match="-1"):
        _stream([]).seek(-1)
