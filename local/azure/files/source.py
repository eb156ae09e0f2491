"""Fetches the contents of a file that is imported from an address."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path

from .errors import file_too_large, import_error

TIMEOUT = 30
_BLOCK = 1 << 20


def fetch(url: str, target: Path, limit: int) -> None:
    """Copies what is at `url` (http or https) to `target`.

    Raises:
        ServiceError: 400 if it cannot be read, 413 if it is larger than `limit` bytes.
    """
    if not url.startswith(("http://", "https://")):
        raise import_error(url, "the address must begin with http:// or https://")
    try:
        with (
            urllib.request.urlopen(url, timeout=TIMEOUT) as source,  # noqa: S310 - checked above
            target.open("wb") as file,
        ):
            size = 0
            while block := source.read(_BLOCK):
                size += len(block)
                if size > limit:
                    raise file_too_large(limit)
                file.write(block)
    except urllib.error.HTTPError as error:
        error.close()
        raise import_error(url, f"the source answered {error.code}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        # No address at all, nobody there, or somebody who speaks no HTTP.
        raise import_error(url, str(error)) from None
