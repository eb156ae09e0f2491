"""Quiet logs without keys.

The worker sends every logger's INFO lines to the host, and the Azure SDKs write two for each call;
uvicorn writes its access log to the console, a line with the query string, and with it `?code=` (a
function key), for a request that the host logs anyway.
"""

import logging

NOISY = ("azure", "httpcore", "httpcore2", "httpx", "httpx2", "openai", "urllib3")


def configure() -> None:
    """Set noisy loggers to WARNING and switch uvicorn's access log off."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    access = logging.getLogger("uvicorn.access")
    if not any(isinstance(one, NoAccessLog) for one in access.filters):
        access.addFilter(NoAccessLog())


class NoAccessLog(logging.Filter):
    """Drops the access log.

    The extension configures uvicorn after the app is loaded, which resets level and handlers but
    leaves filters. So the first record switches the logger off, and no later one is even made.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop the record."""
        logger = logging.getLogger(record.name)
        logger.handlers.clear()
        logger.propagate = False
        logger.setLevel(logging.WARNING)
        return False
