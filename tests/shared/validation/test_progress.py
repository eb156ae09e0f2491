"""The progress bar."""

import io

import pytest

from shared.validation.progress import Bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """A person is watching."""
        return True


def test_bar_waits_a_second_and_clears_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short work shows nothing; longer work shows a share and leaves no trace."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    out = Terminal()
    bar = Bar(2_000_000, out)

    bar(500_000)
    early = out.getvalue()
    now[0] += 2
    bar(1_000_000)
    bar.clear()

    assert early == ""
    assert " 50% of 2.0 MB" in out.getvalue()
    assert out.getvalue().endswith("\r\x1b[K")


def test_bar_is_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log gets no bar."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    out = io.StringIO()
    bar = Bar(10, out)

    now[0] += 5
    bar(5)
    bar.clear()

    assert out.getvalue() == ""
