"""Runs the program that made the recordings of triggers, on a machine of any speed.

It sleeps for as long as the real extensions needed. Here each of its sleeps also lasts until the
host has worked off its queue.
"""

import runpy
import sys
import time
from typing import SupportsIndex

from azure.storage.queue import QueueServiceClient

QUEUE = "azure-webjobs-blobtrigger-"
PATIENCE = 300.0  # seconds


def main() -> None:
    """Run `DRIVER ARGUMENTS...`, with `--storage CONNECTION` among the arguments."""
    sys.argv = sys.argv[1:]
    storage = sys.argv[sys.argv.index("--storage") + 1]
    sleep = time.sleep

    def sleep_until_idle(seconds: float | SupportsIndex) -> None:
        sleep(seconds)
        end = time.monotonic() + PATIENCE
        while _count_messages(storage) and time.monotonic() < end:
            sleep(1)

    time.sleep = sleep_until_idle
    runpy.run_path(sys.argv[0], run_name="__main__")


def _count_messages(storage: str) -> int:
    """Those that are being handled, too."""
    with QueueServiceClient.from_connection_string(storage) as queues:
        names = [one.name for one in queues.list_queues(name_starts_with=QUEUE)]
        found = [
            queues.get_queue_client(name).get_queue_properties().approximate_message_count
            for name in names
            if name and not name.endswith("-poison")
        ]
    return sum(count or 0 for count in found)


if __name__ == "__main__":
    main()
