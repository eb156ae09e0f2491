"""The queue message that stands between finding a blob and running its function."""

import json
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class BlobMessage:
    """One version of a blob for one function; the ETag with its quotes, as the real host has it."""

    function: str
    blob_type: str
    container: str
    blob: str
    etag: str

    def with_container(self, container: str) -> "BlobMessage":
        """The same blob in another container."""
        return replace(self, container=container)

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
