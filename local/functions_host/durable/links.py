"""Addresses of the management API, as they stand in answers and in the client binding."""

from collections.abc import Callable
from urllib.parse import quote, quote_plus

from local.functions_host.durable.net_json import dump

HOOK = "/runtime/webhooks/durabletask"
"""The public management API, behind a key."""
RPC = "/durabletask"
"""The endpoint of the SDK's client: the same API without a key, for the app itself."""

_OPERATIONS = {
    "statusQueryGetUri": "?",
    "sendEventPostUri": "/raiseEvent/{eventName}?",
    "terminatePostUri": "/terminate?reason={text}&",
    "rewindPostUri": "/rewind?reason={text}&",
    "purgeHistoryDeleteUri": "?",
    "restartPostUri": "/restart?",
    "suspendPostUri": "/suspend?reason={text}&",
    "resumePostUri": "/resume?reason={text}&",
}


def escape(instance: str) -> str:
    """An instance id as .NET writes it into a URL."""
    return quote_plus(instance, safe="!*()").replace("~", "%7E")


class Links:
    """Makes the addresses of one task hub.

    Args:
        hub: The task hub's name.
        base_url: Gives the host's own address, without a slash at the end.
        code: Gives the key that links carry, or an empty text.
    """

    def __init__(self, hub: str, base_url: Callable[[], str], code: Callable[[], str]) -> None:
        self.hub = hub
        self._base_url = base_url
        self._code = code

    def of(self, instance: str, base: str | None = None, *, rewind: bool = False) -> dict[str, str]:
        """The links of an instance.

        Args:
            instance: Its id.
            base: The origin that the caller used; the host's own by default.
            rewind: With rewindPostUri, which the extension's own 202 lacks.
        """
        root = f"{base or self._base_url()}{HOOK}/instances/{escape(instance)}"
        query = f"taskHub={self.hub}&connection=Storage{self._key('&')}"
        names = [name for name in _OPERATIONS if rewind or name != "rewindPostUri"]
        return {"id": instance} | {name: f"{root}{_OPERATIONS[name]}{query}" for name in names}

    def client_binding(self) -> str:
        """The JSON text of a durableClient input, with the members that 3.19.0 writes."""
        root = f"{self._base_url()}{HOOK}"
        create = f"{root}/orchestrators/{{functionName}}[/{{instanceId}}]"
        wait = "timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}"
        key = self._key("")
        return dump(
            {
                "taskHubName": self.hub,
                "connectionName": None,
                "creationUrls": {
                    "createNewInstancePostUri": create + self._key("?"),
                    "createAndWaitOnNewInstancePostUri": f"{create}?{wait}{self._key('&')}",
                },
                "managementUrls": self.of("INSTANCEID", rewind=True),
                "baseUrl": root,
                "requiredQueryStringParameters": key,
                "rpcBaseUrl": f"{self._base_url()}{RPC}/",
                "httpBaseUrl": None,
                "maxGrpcMessageSizeInBytes": None,
                "grpcHttpClientTimeout": None,
            }
        )

    def _key(self, before: str) -> str:
        code = self._code()
        return f"{before}code={quote(code, safe='')}" if code else ""
