"""Child processes: started, waited for, stopped."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from local.processes import (
    StartError,
    free_port,
    read_lines,
    run_process,
    start,
    stop,
    wait_until_ready,
)

pytestmark = pytest.mark.services

READY = 'print("hello"); print("READY " + json.dumps({"url": "http://x"}), flush=True)'
FOREVER = "import json, time, signal, sys; {ready}; time.sleep(60)"


def python(code: str) -> list[str]:
    """A command that runs code."""
    return [sys.executable, "-c", code]


def alive(pid: int) -> bool:
    """Whether there is a process with that id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_child_is_stopped_at_the_end() -> None:
    """A child that serves is asked to end, and is gone after the block."""
    with run_process(python(FOREVER.format(ready=READY))) as process:
        said = wait_until_ready(process)
        during = alive(process.pid)

    assert said == {"url": "http://x"}
    assert (during, process.poll()) == (True, -signal.SIGTERM)


def test_child_is_stopped_after_an_error_too() -> None:
    """What goes wrong in the block does not leave the child behind."""
    with (
        pytest.raises(ZeroDivisionError),
        run_process(python(FOREVER.format(ready=READY))) as process,
    ):
        raise ZeroDivisionError

    assert process.poll() is not None


def test_deaf_child_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that does not end when it is asked to is killed."""
    monkeypatch.setattr("local.processes.STOP_SECONDS", 0.2)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    process = start(python(FOREVER.format(ready=deaf + READY)))
    wait_until_ready(process)

    stop(process)

    assert process.poll() == -signal.SIGKILL


def test_stopping_twice_is_fine() -> None:
    """A child that has ended can be stopped."""
    process = start(python("pass"))
    process.wait()

    stop(process)
    stop(process)

    assert process.poll() == 0


def test_child_that_ends_before_it_serves_is_named() -> None:
    """A child that dies early is an error with its command and exit code."""
    with run_process(python("import sys; sys.exit(3)")) as process:
        process.wait()

        with pytest.raises(StartError, match=r"-c .*exit code 3"):
            wait_until_ready(process)


def test_silent_child_is_not_waited_for_for_ever() -> None:
    """A child that says nothing in time is an error."""
    with (
        run_process(python("import time; time.sleep(60)")) as process,
        pytest.raises(StartError, match="did not start"),
    ):
        wait_until_ready(process, seconds=0.2)


def test_lines_come_whole_however_they_were_written() -> None:
    """A line that arrives in pieces, or with others, is one line; bad bytes do no harm."""
    code = (
        "import os, time\n"
        r"for piece in (b'a', b'b\nc\nd', b'\xff\n'): os.write(1, piece); time.sleep(0.05)"
    )
    with run_process(python(code)) as process:
        found = list(read_lines(process, 30))

    assert found == ["ab", "c", "d\ufffd"]


def test_errors_go_to_the_log(tmp_path: Path) -> None:
    """What a child writes to stderr is appended to its log; its environment is extended."""
    log = tmp_path / "log"
    log.write_text("before\n")
    code = "import os, sys; print(os.environ['COLOUR'], os.getcwd(), file=sys.stderr)"
    with run_process(
        python(code), log=log, folder=tmp_path, environment={"COLOUR": "red"}
    ) as process:
        process.wait()

    assert log.read_text() == f"before\nred {tmp_path}\n"


def test_interrupt_at_the_terminal_does_not_reach_the_child() -> None:
    """Ctrl-C is the parent's: it ends its children in order."""
    with run_process(python(FOREVER.format(ready=READY))) as process:
        group = os.getpgid(process.pid)

    assert group == process.pid != os.getpgid(0)


def test_free_port_passes_over_one_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody listens on is not given out; the next guess is."""
    free = free_port()
    guesses = iter([free - 20_000, free - 20_000, *range(10_000)])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(guesses))

    with socket.create_server(("127.0.0.1", free)):
        assert free_port() != free
