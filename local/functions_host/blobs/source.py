"""One blob function: path, account and container of its trigger, and its messages in the queue."""

import json
import re
from dataclasses import dataclass

from local.functions_host.storage import Account
from local.functions_host.worker.functions import Function

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")


class BlobPattern:
    """A container and what blob names in it must look like. `{name}` takes slashes, too.

    Raises:
        ValueError: the path has no container, or a parameter where only text may stand.
    """

    def __init__(self, path: str) -> None:
        self.text = path.strip("/")
        self.container, _, blob = self.text.partition("/")
        if not self.container or "{" in self.container:
            raise ValueError(f"blob path {path!r} must begin with the name of a container")
        self._names: list[str] = []
        self._regex = re.compile(self._compile(blob) if blob else ".*", re.DOTALL)

    def match(self, blob: str) -> dict[str, str] | None:
        """The parameters in a blob's name, or None if the trigger is not for it."""
        found = self._regex.fullmatch(blob)
        if found is None:
            return None
        return dict(zip(self._names, found.groups(), strict=True))

    def _compile(self, blob: str) -> str:
        pattern, end = "", 0
        for token in _TOKEN.finditer(blob):
            pattern += re.escape(blob[end : token.start()])
            end = token.end()
            if token[1]:
                self._names.append(token[1])
                pattern += "(.*)"
            else:
                pattern += re.escape(token[0][0])
        return pattern + re.escape(blob[end:])


@dataclass(frozen=True)
class BlobMessage:
    """One version of a blob for one function; the ETag with its quotes, as the real host has it."""

    function: str
    blob_type: str
    container: str
    blob: str
    etag: str

    def to_json(self) -> str:
        """The real host's text, in the queue and in the poison queue."""
        return json.dumps(
            {
                "Type": "BlobTrigger",
                "FunctionId": self.function,
                "BlobType": self.blob_type,
                "ContainerName": self.container,
                "BlobName": self.blob,
                "ETag": self.etag,
            },
            indent=2,
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "BlobMessage":
        """Read a message.

        Raises:
            ValueError: it is not one of a blob trigger.
        """
        try:
            content = json.loads(text)
            return cls(
                function=content["FunctionId"],
                blob_type=content["BlobType"],
                container=content["ContainerName"],
                blob=content["BlobName"],
                etag=content["ETag"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"no message of a blob trigger: {text[:200]}") from error


@dataclass(frozen=True)
class BlobSource:
    """What the triggers need to know of one blob function.

    `connection` is the name of the setting, which SDK-type parameters get instead of contents.
    """

    function: Function
    pattern: BlobPattern
    connection: str
    account: Account
    event_grid: bool

    def message(
        self, blob: str, etag: str, blob_type: str, container: str | None = None
    ) -> BlobMessage:
        """The queue message for one version of a blob; the ETag without quotes.

        It lies in the trigger's container, unless an event or a caller names another one.
        """
        return BlobMessage(
            function=self.function.listener,
            blob_type=blob_type,
            container=container or self.pattern.container,
            blob=blob,
            etag=f'"{etag}"',
        )
