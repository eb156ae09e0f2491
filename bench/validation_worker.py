"""One measured run in a process of its own: `python -m bench.validation_worker NAME FILE`."""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_MODEL = "gpt-4.1-mini-2025-04-14"
_ENCODINGS = Path(__file__).parents[1] / "shared" / "encodings"


def main(name: str, path: Path) -> None:
    """Run one contender on one file and print seconds from a cold start, CPU seconds and memory."""
    started = time.perf_counter()
    if name == "tunedrop":
        _tunedrop(path)
    else:
        _other(name, path)
    seconds = time.perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    megabytes = (own.ru_maxrss + children.ru_maxrss) / 1024
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    print(json.dumps({"seconds": seconds, "cpu": cpu, "megabytes": megabytes}))


def _tunedrop(path: Path) -> None:
    from shared.validation import validate

    report = validate(_chunks(path), model=_MODEL)
    if not report.ok or report.examples != report.tokens["examples"]:
        raise SystemExit(f"unexpected report: {report.counts}")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _other(name: str, path: Path) -> None:
    os.environ["TIKTOKEN_CACHE_DIR"] = str(_ENCODINGS)
    import tiktoken

    from bench.validation_others import OTHERS

    vocabulary, run = OTHERS[name]
    run(path, tiktoken.get_encoding(vocabulary))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
