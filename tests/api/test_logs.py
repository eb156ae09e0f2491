"""What must not be in a log."""

import logging

import pytest

from api.logs import NOISY, KeyFilter, configure, mask_keys


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/api/runs?code=s3cret", "/api/runs?code=***"),
        ("/api/runs?limit=1&CODE=s3cret&model=m", "/api/runs?limit=1&CODE=***&model=m"),
        ("/x?sv=1&sig=ab%2Bc HTTP/1.1", "/x?sv=1&sig=*** HTTP/1.1"),
        ("/api/runs?decode=1", "/api/runs?decode=1"),
    ],
)
def test_keys_are_masked(text: str, shown: str) -> None:
    """Function keys and signatures in a query are hidden, everything else stays."""
    assert mask_keys(text) == shown


def test_the_access_log_has_no_keys(caplog: pytest.LogCaptureFixture) -> None:
    """A record as uvicorn writes it comes out masked, however often the app is loaded."""
    configure()
    configure()
    access = logging.getLogger("uvicorn.access")

    with caplog.at_level(logging.INFO, "uvicorn.access"):
        access.info(
            '%s - "%s %s HTTP/%s" %d', "1.2.3.4", "GET", "/api/runs?code=s3cret", "1.1", 200
        )

    assert "code=***" in caplog.text
    assert "s3cret" not in caplog.text
    assert sum(isinstance(one, KeyFilter) for one in access.filters) == 1


def test_libraries_are_quiet() -> None:
    """What the Azure SDKs say about each call is not sent to the host."""
    configure()

    assert not any(logging.getLogger(f"{name}.x").isEnabledFor(logging.INFO) for name in NOISY)
