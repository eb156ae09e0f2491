"""How the texts of settings are read."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.settings import readers


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (readers.duration, "90s", timedelta(seconds=90)),
        (readers.duration, " 0.3s ", timedelta(milliseconds=300)),
        (readers.duration, "5m", timedelta(minutes=5)),
        (readers.duration, "2h", timedelta(hours=2)),
        (readers.duration, "15d", timedelta(days=15)),
        (readers.flag, "TRUE", True),
        (readers.flag, "no", False),
        (readers.flag, " 1 ", True),
        (readers.positive, "1", 1),
        (readers.positive, " 42 ", 42),
        (readers.non_empty, " a b ", "a b"),
        (readers.address, "https://a.example/", "https://a.example"),
        (readers.address, "http://127.0.0.1:8081/x/", "http://127.0.0.1:8081/x"),
        (readers.domain, " Core.Windows.Net ", "core.windows.net"),
        (readers.receiver, "https://hooks.example/a/", "https://hooks.example/a"),
        (readers.receiver, "http://localhost:9/x", "http://localhost:9/x"),
        (readers.receiver, "http://127.0.0.1:9", "http://127.0.0.1:9"),
        (readers.receiver, "http://[::1]:9", "http://[::1]:9"),
        (readers.receiver, "https://10.0.0.4/x", "https://10.0.0.4/x"),
        (readers.one_of("Standard", "Developer"), "developer", "Developer"),
        (readers.client_keys, "", {}),
        (readers.client_keys, "web=a=b, app = c ,", {"web": "a=b", "app": "c"}),
    ],
)
def test_good_text_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    """Each reader gives the value that the text stands for, whatever blanks are around it."""
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "texts"),
    [
        (readers.duration, ["", "15", "d", "-1d", "1w", "1d2h", "1 d", "9999999999d", "1e3s"]),
        (readers.flag, ["", "maybe", "2", "on"]),
        (readers.positive, ["", "0", "-1", "1.5", "many"]),
        (readers.non_empty, ["", "  "]),
        (
            readers.address,
            ["", "a.example", "ftp://a", "https://", "https://a b", "https://a/?k=1"],
        ),
        (readers.domain, ["", "net", ".core.net", "core.net/", "https://core.net", "a.b@c.d"]),
        (
            readers.receiver,
            [
                "",
                "http://hooks.example/a",
                "http://10.0.0.4",
                "http://localhost.example",
                "https://169.254.169.254/metadata",
                "https://2852039166",
                "https://0xa9fea9fe",
                "https://0251.0376.0251.0376",
                "https://[fe80::1]",
                "https://[::ffff:169.254.169.254]",
                "https://0.0.0.0",
                "https://",
            ],
        ),
        (readers.one_of("Standard", "Developer"), ["", "Dev", "standard developer"]),
        (readers.client_keys, ["web", "web=", "=key", "web=a,app"]),
    ],
)
def test_bad_text_is_a_value_error(read: Callable[[str], object], texts: list[str]) -> None:
    """Each reader refuses everything else with a ValueError, never with another error."""
    for text in texts:
        with pytest.raises(ValueError):  # noqa: PT011  readers promise no more than the type
            read(text)
