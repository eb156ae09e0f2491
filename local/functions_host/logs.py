"""The log on stderr: one line per event, no keys in it."""

import logging
import os
import re
import sys
import time
import traceback
from pathlib import Path

from local.functions_host.worker.context import running

_SECRETS = re.compile(
    r"(?i)((?:[?&]|\b)(?:code|sig)=|AccountKey=|x-functions-key['\"]?\s*[:=]\s*['\"]?)[^&\s'\";]+"
)
# These speak of every request, at INFO, with addresses; the host's own storage calls would drown
# what the app says.
_QUIET = ("azure", "aiohttp", "httpx", "httpcore", "uvicorn", "asyncio")


log = logging.getLogger("host")
_HOST = str(Path(__file__).parent) + os.sep


def redact(text: str) -> str:
    """The text with function keys, SAS signatures and account keys blanked."""
    return _SECRETS.sub(r"\1***", text)


def log_failure(name: str, error: BaseException) -> None:
    """Log that a function raised, with the frames from its own code on."""
    cause = getattr(error, "error", error)
    text = "".join(traceback.format_list(_own_frames(cause)))
    log.error("%s failed: %s: %s%s", name, type(cause).__name__, cause, f"\n{text}" if text else "")


def _own_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The frames below the host's last one: what lies above is the host's and the server's."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [index for index, frame in enumerate(frames) if frame.filename.startswith(_HOST)]
    return frames[own[-1] + 1 :] if own else list(frames)


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%H:%M:%S", time.localtime(record.created))
        level = "" if record.levelno == logging.INFO else f" {record.levelname}"
        function = running.get()
        source = record.name if not function or record.name == "host" else function
        line = f"{stamp}.{int(record.msecs):03} {source}:{level} {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return redact(line)


def set_up() -> None:
    """Send all logging of this process to stderr, at INFO as the real worker does."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
