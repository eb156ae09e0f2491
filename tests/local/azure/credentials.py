"""What lets Azure's SDKs talk to the emulator over plain http."""

from typing import Any

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

from .emulator import KEY


class KeyPolicy(SansIOHTTPPolicy[Any, Any]):
    """Sends the emulator's key as bearer token: azure-core refuses tokens over plain http."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Adds the header."""
        request.http_request.headers["Authorization"] = f"Bearer {KEY}"


class NoCredential(TokenCredential):
    """Stands where a constructor wants a credential."""

    def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        """Is never asked.

        Raises:
            AssertionError: If it is.
        """
        raise AssertionError(scopes)
