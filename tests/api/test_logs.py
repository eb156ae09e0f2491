"""What must not be in a log."""

import logging
import logging.config
from collections.abc import Iterator

import pytest
from uvicorn.config import LOGGING_CONFIG

from api.logs import NOISY, NoAccessLog, configure


@pytest.fixture
def access() -> Iterator[logging.Logger]:
    """The logger of uvicorn's access log, as it was before at the end."""
    logger = logging.getLogger("uvicorn.access")
    handlers, propagate, level = list(logger.handlers), logger.propagate, logger.level
    yield logger
    logger.handlers[:], logger.propagate = handlers, propagate
    logger.setLevel(level)


def test_there_is_no_access_log(
    access: logging.Logger, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """No line of uvicorn's access log is written, however often the app is loaded."""
    configure()
    configure()
    logging.config.dictConfig(LOGGING_CONFIG)  # as uvicorn does after the app is loaded
    access.addHandler(caplog.handler)

    for _ in range(2):
        access.info(
            '%s - "%s %s HTTP/%s" %d', "1.2.3.4", "GET", "/api/runs?code=s3cret", "1.1", 200
        )

    assert "s3cret" not in caplog.text + "".join(capsys.readouterr())
    assert sum(isinstance(one, NoAccessLog) for one in access.filters) == 1


def test_the_access_log_costs_nothing(access: logging.Logger) -> None:
    """From the second record on uvicorn does not make any: it looks for handlers before."""
    configure()
    logging.config.dictConfig(LOGGING_CONFIG)

    access.info("first")

    assert not access.hasHandlers()
    assert not access.isEnabledFor(logging.INFO)


def test_libraries_are_quiet() -> None:
    """What the Azure SDKs say about each call is not sent to the host."""
    configure()

    assert not any(logging.getLogger(f"{name}.x").isEnabledFor(logging.INFO) for name in NOISY)
