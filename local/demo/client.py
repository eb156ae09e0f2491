"""What can be called on a running stand-in: a curl line for each door."""

from shlex import quote

from rich.console import Console

from local.stack import Stack

_ASK = '{"model": "travel", "messages": [{"role": "user", "content": "Where in Rome?"}]}'
_LOOKS = {
    "Runs": "runs",
    "One run": "runs/RUN",
    "Report": "runs/RUN/report",
    "Training": "runs/RUN/events",
    "Models": "models",
    "One model": "models/travel",
    "Its card": "models/travel/card",
    "Deployed": "deployments",
    "Costs": "costs",
    "Usage": "usage?by=key",
}
_ORDERS = {
    "Cancel": ("POST", "runs/RUN/cancel"),
    "Approve": ("POST", "runs/RUN/approve"),
    "Wake": ("POST", "models/travel/wake"),
    "Roll back": ("POST", "models/travel/rollback"),
    "Promote": ("POST", "models/travel/promote?run=RUN"),
    "Pin": ("POST", "models/travel/pin"),
    "Unpin": ("DELETE", "models/travel/pin"),
    "Add nothing": ("POST", "models/travel/raw"),
    "Add again": ("DELETE", "models/travel/raw"),
    "Read anew": ("POST", "models/travel/refresh"),
    "Delete": ("DELETE", "models/travel?confirm=travel"),
}


def show_next(console: Console, here: Stack) -> None:
    """Print what can be called now, with the keys of this machine."""
    for line in next_steps(here):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def next_steps(here: Stack) -> list[str]:
    """The storage's address, and a command for each door that people call."""
    address = f"{here.url}/api"
    function = f"-H 'x-functions-key: {here.keys['default']}'"
    master = f"-H 'x-functions-key: {here.keys['master']}'"
    client = f"-H 'authorization: Bearer {here.client_key}'"
    ask = f"-H 'content-type: application/json' -d '{_ASK}'"
    calls = {name: f"{function} {quote(f'{address}/{path}')}" for name, path in _LOOKS.items()}
    calls |= {
        name: f"-X {method} {master} {quote(f'{address}/{path}')}"
        for name, (method, path) in _ORDERS.items()
    }
    calls |= {
        "To chat with": f"{client} {address}/v1/models",
        "One of them": f"{client} {address}/v1/models/travel",
        "Chat": f"{client} {ask} {address}/v1/chat/completions",
        "Health": f"{address}/health",
        "OpenAPI": f"{address}/openapi.json",
    }
    lines = [f"{name:13}curl {rest}" for name, rest in calls.items()]
    return [f"{'Storage':13}{here.storage}", *lines]
