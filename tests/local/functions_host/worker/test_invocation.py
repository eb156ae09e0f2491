"""Calling functions as the worker does: conversions, threads, context, time-outs, failures."""
# mypy: disallow-untyped-decorators=False

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import azure.functions as func
import pytest
from azure.functions.meta import Datum

from local.functions_host.worker.functions import Function
from local.functions_host.worker.invocation import Failure, Invocation, Invoker, thread_count
from local.functions_host.worker.loading import index

# The SDK warns once per process, for all that the real worker does.
pytestmark = pytest.mark.filterwarnings("ignore:azure.functions df_loads:DeprecationWarning")


@dataclass
class Plain:
    """A dataclass, which no converter knows."""

    x: int


@pytest.fixture
async def invoker() -> AsyncIterator[Invoker]:
    """An invoker with two threads and no time-out."""
    made = Invoker(lambda: '{"client": 1}', threads=2)
    yield made
    await made.close()


def activity(function: Callable[..., Any]) -> Function:
    """The function as an activity with the parameter `given`."""
    app = df.DFApp()
    app.activity_trigger(input_name="given")(function)
    return index(app.get_functions())[function.__name__]


async def _run(invoker: Invoker, function: Function, text: str) -> str:
    result = await invoker.convert(function, Invocation(inputs={"given": Datum(text, "string")}))
    return str(result.value)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('"text"', "text"),
        ("text", "text"),
        ("", ""),
        ("7", 7),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ("[1,2]", [1, 2]),
        ('{"a": 1}', {"a": 1}),
        ('"{\\"a\\": 1}"', '{"a": 1}'),
    ],
)
async def test_activity_input(invoker: Invoker, text: str, seen: object) -> None:
    """An activity sees the JSON value of its input, whatever its annotation says."""
    got: list[object] = []

    def look(given: str) -> None:
        got.append(given)

    assert await _run(invoker, activity(look), text) == "null"
    assert got == [seen]
    assert type(got[0]) is type(seen)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ("text", '"text"'),
        ('{"x": 1}', '"{\\"x\\": 1}"'),
        (7, "7"),
        (True, "true"),
        ([1, "a"], '[1, "a"]'),
        ((1, 2), "[1, 2]"),
        ("é☃", '"\\u00e9\\u2603"'),
    ],
)
async def test_activity_result(invoker: Invoker, value: object, text: str) -> None:
    """An activity's result is sent as JSON, in ASCII."""

    def give(given: str) -> object:
        return value

    assert await _run(invoker, activity(give), "1") == text


@pytest.mark.parametrize("value", [Plain(1), b"x"])
async def test_activity_result_that_is_no_json(invoker: Invoker, value: object) -> None:
    """What is no JSON fails in the worker's words."""

    def give(given: str) -> object:
        return value

    with pytest.raises(Failure) as caught:
        await _run(invoker, activity(give), "1")

    expected = f"ValueError: activity trigger output must be json serializable ({value})"
    assert caught.value.message == expected


async def test_failure_carries_type_text_and_traceback(invoker: Invoker) -> None:
    """A failing function is reported with type and text, and with a whole traceback."""

    def boom(given: str) -> None:
        raise KeyError(given)

    with pytest.raises(Failure) as caught:
        await _run(invoker, activity(boom), "a")

    assert caught.value.message == "KeyError: 'a'"
    assert "in boom" in caught.value.stack
    assert caught.value.stack.startswith("Traceback (most recent call last):\n")
    assert caught.value.stack.endswith("KeyError: 'a'\n")


async def test_bytes_for_an_activity(invoker: Invoker) -> None:
    """Data that a binding does not take fails in the worker's words."""

    def look(given: str) -> None:
        pass

    call = Invocation(inputs={"given": Datum(b"x", "bytes")})
    with pytest.raises(Failure) as caught:
        await invoker.convert(activity(look), call)

    assert caught.value.message.startswith(
        "TypeError: unable to decode incoming TypedData: unsupported combination of TypedData "
        "field 'bytes' and expected binding type <class 'azure.functions."
    )


async def test_threads_and_loop(invoker: Invoker) -> None:
    """Plain functions share the pool's threads, coroutines run on the loop."""
    meeting = threading.Barrier(2, timeout=60)

    def plain(given: str) -> str:
        meeting.wait()
        return threading.current_thread().name

    async def coroutine(given: str) -> str:
        return threading.current_thread().name

    threads = await asyncio.gather(*(_run(invoker, activity(plain), "1") for _ in range(2)))

    assert len(set(threads)) == 2
    assert all("function" in name for name in threads)
    assert "MainThread" in await _run(invoker, activity(coroutine), "1")


async def test_context(invoker: Invoker, tmp_path: Path) -> None:
    """A parameter `context` without a binding has name, folder and id of the invocation."""

    def describe(given: str, context: func.Context) -> list[Any]:
        return [
            context.function_name,
            context.function_directory,
            context.invocation_id,
            context.retry_context.retry_count,
            context.trace_context.trace_state,
        ]

    call = Invocation(inputs={"given": Datum("1", "string")}, id="id-1")
    result = await invoker.call(activity(describe), call)

    assert result == ["describe", str(Path(__file__).parent), "id-1", 0, ""]


async def test_value_without_return_binding(invoker: Invoker) -> None:
    """A timer that returns a value fails, in the worker's words."""
    app = func.FunctionApp()

    @app.timer_trigger(arg_name="timer", schedule="0 0 3 * * *")
    def t(timer: func.TimerRequest) -> str:
        return "x"

    call = Invocation(inputs={"timer": Datum("{}", "json")})
    with pytest.raises(Failure) as caught:
        await invoker.convert(index(app.get_functions())["t"], call)

    words = "function %s without a $return bindingreturned a non-None value"
    expected = f"RuntimeError: ('{words}', \"'t'\")"
    assert caught.value.message == expected


@pytest.mark.parametrize("kind", ["plain", "coroutine"])
async def test_timeout(kind: str) -> None:
    """A function over functionTimeout fails with the limit in the text; others go on."""
    invoker = Invoker(lambda: "", timeout=timedelta(seconds=0.2), threads=2)
    ended = threading.Event()

    def plain(given: str) -> None:
        ended.wait(60)

    async def coroutine(given: str) -> None:
        await asyncio.sleep(10)

    function = activity(plain if kind == "plain" else coroutine)
    with pytest.raises(Failure) as caught:
        await _run(invoker, function, "1")
    ended.set()
    await invoker.close()

    assert f"exceeded by function 'Functions.{kind}'" in caught.value.message


async def test_own_timeout_error(invoker: Invoker) -> None:
    """A TimeoutError of the function's own is not taken for the host's."""

    async def slow(given: str) -> None:
        raise TimeoutError("mine")

    with pytest.raises(Failure, match="TimeoutError: mine"):
        await _run(invoker, activity(slow), "1")


async def test_durable_client(invoker: Invoker) -> None:
    """A client binding receives the engine's text."""
    app = df.DFApp()
    seen = []

    @app.activity_trigger(input_name="given")
    @app.generic_input_binding(arg_name="client", type="durableClient")
    def a(given: str, client: str) -> None:
        seen.append(client)

    await _run(invoker, index(app.get_functions())["a"], "1")

    assert seen == ['{"client": 1}']


@pytest.mark.parametrize(
    ("value", "expected"), [("3", 3), ("0", None), ("x", None), ("", None), ("99999", 99999)]
)
def test_thread_count(monkeypatch: pytest.MonkeyPatch, value: str, expected: int | None) -> None:
    """The setting decides how many threads there are; nonsense counts as none."""
    monkeypatch.setenv("PYTHON_THREADPOOL_THREAD_COUNT", value)

    assert thread_count() == expected if expected else 5 <= thread_count() <= 32


@pytest.mark.services
def test_sys_exit_ends_the_host() -> None:
    """A function that calls sys.exit ends the process with the worker's code, and says why."""
    script = (
        "import asyncio, logging, sys; logging.basicConfig()\n"
        "from tests.local.functions_host.worker.test_invocation import Invoker, _run, activity\n"
        "def leave(given): sys.exit(0)\n"
        "run = _run(Invoker(lambda: '', threads=1), activity(leave), '1')\n"
        "asyncio.run(run)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 4
    assert "leave called sys.exit(0)" in done.stderr
