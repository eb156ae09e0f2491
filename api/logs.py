"""Quiet logs without keys.

The worker sends every logger's INFO lines to the host, and the Azure SDKs write two for each call;
uvicorn's access log prints the query string, and with it `?code=` (a function key).
"""

import logging
import re

NOISY = ("azure", "httpcore", "httpcore2", "httpx", "httpx2", "openai", "urllib3")
_SECRET = re.compile(r"(?i)([?&](?:code|sig)=)[^&\s\"]*")


def configure() -> None:
    """Set noisy loggers to WARNING, and mask keys in uvicorn's access log."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    access = logging.getLogger("uvicorn.access")
    if not any(isinstance(one, KeyFilter) for one in access.filters):
        access.addFilter(KeyFilter())


class KeyFilter(logging.Filter):
    """Masks `code=` and `sig=` in what a record prints."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, without keys."""
        if isinstance(record.args, tuple):
            record.args = tuple(mask_keys(a) if isinstance(a, str) else a for a in record.args)
        return True


def mask_keys(text: str) -> str:
    """`text` with the values of `code=` and `sig=` hidden."""
    return _SECRET.sub(r"\1***", text)
