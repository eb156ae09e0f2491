"""The request that goes up to the service.

Three fields change: `model` becomes the deployment's name, the model's own system message and
examples are added to `messages`, and a stream is asked for its token counts. All other fields go
up with the names and values that they came with, in the same order, known here or not.

The body is parsed and serialized by orjson: on every kind of body in `bench/chat_bodies.py` that
is faster than changing the text in place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared.errors import RequestError
from shared.prompts.assembly import Message, assemble


@dataclass(frozen=True)
class CompletionRequest:
    """A chat as the caller sent it.

    Attributes:
        fields: The JSON object of its body; `model` and `messages` are valid.
    """

    fields: Mapping[str, Any]

    @property
    def model(self) -> str:
        """The model that the caller asks for."""
        return str(self.fields["model"])

    @property
    def is_stream(self) -> bool:
        """Whether the answer is to be a stream."""
        return self.fields.get("stream") is True

    @property
    def wants_usage(self) -> bool:
        """Whether the caller asked for the token counts of a stream."""
        options = self.fields.get("stream_options")
        return isinstance(options, dict) and options.get("include_usage") is True

    def without(self, name: str) -> "CompletionRequest":
        """The same request without a field that is not meant for the service."""
        if name not in self.fields:
            return self
        return CompletionRequest({key: one for key, one in self.fields.items() if key != name})

    def upstream_body(
        self, deployment: str, system: str = "", examples: Sequence[Message] = (), *, meter: bool
    ) -> bytes:
        """The body for the service.

        Args:
            deployment: Name of the deployment that answers.
            system: System message for callers that send none of their own; empty for none.
            examples: Messages that are put before the caller's, after their system message.
            meter: Whether a stream is asked for its token counts.

        Raises:
            RequestError: 400 if the body is nested too deeply to be serialized (254 levels).
        """
        body = {**self.fields, "model": deployment}
        if system or examples:
            body["messages"] = assemble(self.fields["messages"], system, examples)
        if meter and self.is_stream and not self.wants_usage:
            options = self.fields.get("stream_options")
            options = options if isinstance(options, dict) else {}
            body["stream_options"] = {**options, "include_usage": True}
        try:
            return orjson.dumps(body)
        except TypeError:  # orjson's limit for writing is lower than its limit for reading
            raise RequestError(
                "invalid_json",
                "The body is nested too deeply.",
                hint="Send at most 250 levels of arrays and objects.",
            ) from None
