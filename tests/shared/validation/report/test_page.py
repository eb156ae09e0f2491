"""The report as a page."""

import re
from html.parser import HTMLParser

from shared.validation.report.page import render_page
from tests.shared.validation.rows import chat, check, lines, numbered_rows, say

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


class Reader(HTMLParser):
    """Collects the tags and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last tag, which must be this one."""
        assert self.open.pop() == tag


def page(*rows: object) -> str:
    """The page for some rows after twenty good ones."""
    return render_page(check(lines(*(numbered_rows(number) for number in range(20)), *rows)))


def read(text: str) -> Reader:
    """The page taken apart."""
    reader = Reader()
    reader.feed(text)
    return reader


def test_everything_from_the_dataset_is_escaped() -> None:
    """Markup in keys, roles, texts and model names stays text."""
    rows = [
        chat(say(EVIL, EVIL), say("assistant", EVIL, **{EVIL: EVIL}), **{EVIL: EVIL}),
        chat(say("system", EVIL)),
    ]
    data = lines(*rows, *(numbered_rows(number) for number in range(20)))

    text = render_page(check(data, model=EVIL, max_places=5))

    reader = read(text)
    assert reader.open == []
    assert reader.tags.isdisjoint({"script", "img", "link", "iframe", "object"})
    assert not any(name.startswith("on") for name, _ in reader.attributes)
    assert "&lt;script&gt;" in text


def test_page_needs_no_network() -> None:
    """Nothing is loaded from anywhere, and the page forbids it as well."""
    text = page(chat(say("user", "x")))

    assert not re.search(r"(?:src|href)=|url\(|@import", text)
    assert "default-src 'none'" in text


def test_page_fits_phone_and_dark_mode() -> None:
    """The page scales with the device and follows its colours."""
    text = page()

    assert 'name="viewport"' in text
    assert "prefers-color-scheme: dark" in text


def test_offending_piece_is_highlighted() -> None:
    """The excerpt marks what the finding is about, with the row around it."""
    text = page(chat(say("user", "Hi."), say("assistant", "Ho.", wieght=1)))

    assert "&#34;wieght&#34;: <mark>1</mark>}" in text
    assert "Remove the key or fix its spelling." in text


def test_histogram_shows_every_example() -> None:
    """The bars of the histogram together are all examples."""
    text = page(chat(say("user", "long " * 400), say("assistant", "x")))

    assert sum(int(rows) for rows in re.findall(r"tokens: (\d+) examples", text)) == 21
