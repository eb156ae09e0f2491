"""What can be called on a running stand-in: a curl command for each endpoint."""

from shlex import quote

from rich.console import Console

from local.stack import Stack

_ASK = '{"model": "brolly", "messages": [{"role": "user", "content": "When are you open?"}]}'
_READS = {
    "Health details": "health/details",
    "List runs": "runs",
    "Get run": "runs/RUN",
    "Get report": "runs/RUN/report",
    "Get events": "runs/RUN/events",
    "List models": "models",
    "Get model": "models/brolly",
    "Model card": "models/brolly/card",
    "Deployments": "deployments",
    "Costs": "costs",
    "Usage": "usage?by=key",
}
_CHANGES = {
    "Cancel run": ("POST", "runs/RUN/cancel"),
    "Approve run": ("POST", "runs/RUN/approve"),
    "Wake model": ("POST", "models/brolly/wake"),
    "Roll back": ("POST", "models/brolly/rollback"),
    "Promote": ("POST", "models/brolly/promote?run=RUN"),
    "Pin": ("POST", "models/brolly/pin"),
    "Unpin": ("DELETE", "models/brolly/pin"),
    "Prompt off": ("POST", "models/brolly/raw"),
    "Prompt on": ("DELETE", "models/brolly/raw"),
    "Refresh": ("POST", "models/brolly/refresh"),
    "Delete model": ("DELETE", "models/brolly?confirm=brolly"),
    "List clients": ("GET", "clients"),
    "Put client": ("PUT", "clients/shop"),
    "Create key": ("POST", "clients/shop/keys"),
    "Delete key": ("DELETE", "clients/shop/keys/ID"),
    "Delete client": ("DELETE", "clients/shop"),
}
_BODIES = {"Put client": """ -H 'content-type: application/json' -d '{"budget_month": 50}'"""}


def show_commands(console: Console, here: Stack) -> None:
    """Print what can be called now, with the keys of this machine."""
    for line in commands(here):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def commands(here: Stack) -> list[str]:
    """The connection string of the storage, and a curl command for each endpoint."""
    address = f"{here.url}/api"
    function = f"-H 'x-functions-key: {here.keys['default']}'"
    master = f"-H 'x-functions-key: {here.keys['master']}'"
    client = f"-H 'authorization: Bearer {here.client_key}'"
    ask = f"-H 'content-type: application/json' -d '{_ASK}'"
    calls = {name: f"{function} {quote(f'{address}/{path}')}" for name, path in _READS.items()}
    calls |= {
        name: f"-X {method} {master}{_BODIES.get(name, '')} {quote(f'{address}/{path}')}"
        for name, (method, path) in _CHANGES.items()
    }
    calls |= {
        "Chat models": f"{client} {address}/v1/models",
        "Chat model": f"{client} {address}/v1/models/brolly",
        "Chat": f"{client} {ask} {address}/v1/chat/completions",
        "Health": f"{address}/health",
        "OpenAPI": f"{address}/openapi.json",
    }
    lines = [f"{name:14}curl {rest}" for name, rest in calls.items()]
    return [f"{'Storage':14}{here.storage}", *lines]
