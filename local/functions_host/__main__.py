"""`python -m local.functions_host --app DIR --state DIR`: run a function app on this machine."""

import asyncio
import gc
import json
import os
import sys
import threading

from local.functions_host import logs, options
from local.functions_host.errors import StartError

_LINGER = 2.0  # seconds that functions in threads get to return once the host has stopped


def main() -> int:
    """Serve until a signal to stop: 0. 1 = refused, with the reason on stderr."""
    logs.set_up()
    try:
        code = asyncio.run(_serve(options.read()))
    except StartError as refusal:
        print(f"REFUSED: {refusal}", file=sys.stderr)
        return 1
    _leave_soon(code)
    return code


async def _serve(chosen: options.Options) -> int:
    from local.functions_host.host import Host

    # What is loaded now stays for good: not looking at it saves a tenth of the start.
    gc.disable()
    host = Host(chosen)
    gc.freeze()
    gc.enable()
    await host.run(lambda description: print("READY", json.dumps(description), flush=True))
    return 0


def _leave_soon(code: int) -> None:
    """End the process even if a function of the app sits in a thread and does not return."""
    watch = threading.Timer(_LINGER, os._exit, (code,))
    watch.daemon = True
    watch.start()


if __name__ == "__main__":
    sys.exit(main())
