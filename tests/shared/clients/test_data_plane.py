"""The connections to the data plane."""

from itertools import islice

import pytest

from shared.clients.data_plane import data_plane, every
from shared.errors import SettingError
from shared.settings import settings


class Row:
    """A listed object."""

    def __init__(self, number: int) -> None:
        self.id = str(number)


class Page:
    """A page of rows."""

    def __init__(self, *numbers: int, more: bool | None = None) -> None:
        self.data = [Row(number) for number in numbers]
        if more is not None:
            self.has_more = more


@pytest.mark.parametrize("endpoint", ["https://x.example", "https://x.example/openai/v1/"])
@pytest.mark.usefixtures("app")
def test_endpoint_is_taken_as_the_portal_shows_it(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The endpoint works with and without the path of the API."""
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", endpoint)
    settings.cache_clear()

    assert str(data_plane().base_url) == "https://x.example/openai/v1/"


@pytest.mark.usefixtures("app")
def test_keys_do_not_go_over_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint without TLS on another machine is refused, by the setting's name."""
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "http://x.example")
    settings.cache_clear()

    with pytest.raises(SettingError, match="AZURE_OPENAI_ENDPOINT"):
        data_plane()


@pytest.mark.usefixtures("app")
def test_one_client_per_process() -> None:
    """Connections are shared by all who ask."""
    assert data_plane() is data_plane()


def test_every_row_of_every_page_once() -> None:
    """Pages follow one another by the last row's id, until the service says that it was all."""
    pages = {None: Page(1, 2, more=True), "2": Page(3, more=True), "3": Page(4, more=False)}

    assert [row.id for row in every(lambda after: pages[after])] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("more", [None, False])
def test_list_without_a_word_of_more_is_whole(more: bool | None) -> None:
    """A list that leaves `has_more` out is one page."""
    asked: list[str | None] = []

    def page(after: str | None) -> Page:
        asked.append(after)
        return Page(1, 2, more=more)

    assert [row.id for row in every(page)] == ["1", "2"]
    assert asked == [None]


def test_page_that_ignores_the_place_ends_the_list() -> None:
    """A service that gives the same page again and again does not hang, nor double a row."""
    found = islice(every(lambda _: Page(1, 2, more=True)), 10)

    assert [row.id for row in found] == ["1", "2"]


def test_empty_list_has_no_rows() -> None:
    """An empty page ends the list, whatever it says of more."""
    assert list(every(lambda _: Page(more=True))) == []
