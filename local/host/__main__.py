"""`python -m local.host --app DIR --state DIR`: run a function app on this machine."""

import asyncio
import gc
import json
import sys

from local.host import logs, options
from local.host.refusal import Refused


def main() -> int:
    """Serve until told to stop. 0 = stopped on purpose, 1 = refused, with the reason on stderr."""
    logs.begin()
    try:
        return asyncio.run(_serve(options.read()))
    except Refused as refusal:
        print(f"REFUSED: {refusal}", file=sys.stderr)
        return 1


async def _serve(chosen: options.Options) -> int:
    from local.host.host import Host

    # What is loaded now stays for good: not looking at it saves a tenth of the start.
    gc.disable()
    host = Host(chosen)
    gc.freeze()
    gc.enable()
    await host.run(lambda description: print("READY", json.dumps(description), flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
