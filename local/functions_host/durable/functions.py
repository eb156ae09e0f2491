"""What the engine needs of the app's functions, and how their failures reach it."""

from collections.abc import Collection
from typing import Protocol

from local.functions_host.durable.net_json import replace_surrogates


class FunctionError(Exception):
    """A function raised.

    Args:
        message: `Type: text`, as the Python worker sends it in `RpcException.message`.
        stack: The formatted frames below the worker's own, as in `RpcException.stack_trace`.
    """

    def __init__(self, message: str, stack: str = "") -> None:
        super().__init__(message)
        self.message = replace_surrogates(message)
        self.stack = replace_surrogates(stack)


class Functions(Protocol):
    """The app's orchestrators and activities, called as the Python worker would call them."""

    def orchestrators(self) -> Collection[str]:
        """Names of the orchestrator functions."""

    def activities(self) -> Collection[str]:
        """Names under which activities can be called."""

    async def orchestrate(self, name: str, context_json: str) -> str:
        """Run one episode in the worker's thread pool.

        Returns:
            The SDK's answer, JSON text.

        Raises:
            FunctionError: The orchestrator raised; the message may carry the SDK's state.
        """

    async def act(self, name: str, input_json: str | None) -> str | None:
        """Run one activity with the JSON text that the orchestrator gave.

        Returns:
            The result as JSON text, as the worker's converter encodes it; None counts as null.

        Raises:
            FunctionError: The activity raised, or its result could not be encoded.
        """
