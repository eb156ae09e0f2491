"""Clients that people use, as they are: tunedrop is to them an OpenAI like any other.

Those beside OpenAI's own for Python run as programs, with no way to the network: what they would
fetch (prices, tokenizers) must not be missed.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openai import APIError, AsyncOpenAI, OpenAI
from pydantic import BaseModel

from local.processes import ROOT
from tests.api.conftest import Here
from tests.journeys.place import CLIENT_KEY

pytestmark = pytest.mark.services

HERE = Path(__file__).parent
PYTHON = ROOT / ".venv-clients" / "bin"
PROMPT = "What should I see in Rome?"
ASK: Any = {"model": "base", "messages": [{"role": "user", "content": PROMPT}]}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER: Any = {"type": "function", "function": {"name": "weather", "parameters": CITY}}
#: Nothing listens there, so a program that wants out fails instead of fetching something.
NOWHERE = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}
#: What is compiled once need not be compiled by the next test.
CACHED = {"PYTHONDONTWRITEBYTECODE": ""}
QUIET = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LANGSMITH_TRACING": "false"}


class Place(BaseModel):
    """What the model is to answer with."""

    city: str


@pytest.fixture
def url(here: Here) -> str:
    """The base URL that every client gets, beside a key."""
    return f"{here.place.stack.url}/api/v1"


@pytest.fixture
def client(url: str) -> OpenAI:
    """OpenAI's own client."""
    return OpenAI(base_url=url, api_key=CLIENT_KEY, max_retries=0)


@pytest.mark.parametrize(
    "command",
    [
        ["node", str(HERE / "node" / "openai.mjs")],
        ["node", str(HERE / "node" / "ai.mjs")],
        [str(PYTHON / "python"), str(HERE / "scripts" / "langchain_chat.py")],
        [str(PYTHON / "python"), str(HERE / "scripts" / "litellm_chat.py")],
    ],
    ids=["openai-node", "vercel-ai", "langchain", "litellm"],
)
def test_libraries(url: str, command: list[str], tmp_path: Path) -> None:
    """Whole answers, streams with their tokens, tools, structured outputs and errors."""
    found = json.loads(_run(command, url, tmp_path).splitlines()[-1])

    assert found["model"] == "base"
    assert found["text"].endswith("[emulated]")
    assert found["streamed"] == found["text"]
    assert found["usage"] > 0
    assert found["tool"] == "weather"
    assert found["parsed"]["city"]
    assert found["error"]["status"] == 404
    assert found["error"]["code"] in ("model_not_found", True)


def test_openai_python(client: OpenAI) -> None:
    """Whole and as a stream, by the helpers that gather a stream's pieces too."""
    whole = client.chat.completions.create(**ASK)
    chunks = client.chat.completions.create(**ASK, stream=True)
    with client.chat.completions.stream(**ASK) as stream:
        gathered = stream.get_final_completion()

    text = whole.choices[0].message.content
    assert "".join(one.choices[0].delta.content or "" for one in chunks if one.choices) == text
    assert gathered.choices[0].message.content == text
    assert {whole.model, gathered.model} == {"base"}


async def test_openai_python_async(url: str) -> None:
    """Many at once, each with its own answer."""
    async with AsyncOpenAI(base_url=url, api_key=CLIENT_KEY) as client:
        answer = await client.chat.completions.create(**ASK)
        stream = await client.chat.completions.create(**ASK, stream=True)
        pieces = [one.choices[0].delta.content or "" async for one in stream if one.choices]

    assert "".join(pieces) == answer.choices[0].message.content


def test_openai_python_tools(client: OpenAI) -> None:
    """A tool is called, whole and as a stream, and its result goes back."""
    asked = client.chat.completions.create(**ASK, tools=[WEATHER], tool_choice="required")
    calls = asked.choices[0].message.tool_calls or []
    with client.chat.completions.stream(**ASK, tools=[WEATHER], tool_choice="required") as stream:
        streamed = stream.get_final_completion().choices[0].message.tool_calls or []
    result: Any = {"role": "tool", "tool_call_id": calls[0].id, "content": "Sunny"}
    messages = [*ASK["messages"], asked.choices[0].message.to_dict(), result]
    answer = client.chat.completions.create(model="base", messages=messages, tools=[WEATHER])

    assert [call.to_dict()["function"] for call in calls]
    assert [call.function.name for call in streamed] == ["weather"]
    assert answer.choices[0].message.content


def test_openai_python_structured_outputs(client: OpenAI) -> None:
    """An answer becomes an object of the caller's type, whole and as a stream."""
    parsed = client.chat.completions.parse(**ASK, response_format=Place)
    with client.chat.completions.stream(**ASK, response_format=Place) as stream:
        streamed = stream.get_final_completion()

    assert isinstance(parsed.choices[0].message.parsed, Place)
    assert streamed.choices[0].message.parsed == parsed.choices[0].message.parsed


def test_openai_python_broken_stream(here: Here, client: OpenAI) -> None:
    """A stream that breaks off raises; what had come until then was given out."""
    _cut_next_stream(here)
    chunks = []

    with pytest.raises(APIError, match="Send the request again"):
        chunks.extend(client.chat.completions.create(**ASK, stream=True))

    assert chunks


def test_openai_node_broken_stream(here: Here, url: str, tmp_path: Path) -> None:
    """OpenAI's client for Node raises too."""
    _cut_next_stream(here)

    found = json.loads(_run(["node", str(HERE / "node" / "broken.mjs")], url, tmp_path))

    assert found["text"]
    assert found["error"].startswith("APIError: ")


def _cut_next_stream(here: Here) -> None:
    here.place.emulator.control("faults", {"path": "*/chat/completions", "cut_after": 5})


@pytest.mark.parametrize("flags", [[], ["--no-stream"]])
def test_llm(url: str, tmp_path: Path, flags: list[str]) -> None:
    """The command `llm`, with tunedrop among its models."""
    model = {"model_id": "td", "model_name": "base", "api_base": url, "api_key_name": "tunedrop"}
    (tmp_path / "extra-openai-models.yaml").write_text(json.dumps([model]))
    (tmp_path / "keys.json").write_text(json.dumps({"tunedrop": CLIENT_KEY}))

    text = _run([str(PYTHON / "llm"), "-m", "td", *flags, PROMPT], url, tmp_path)

    assert text.strip().endswith("[emulated]")


def test_curl(url: str, tmp_path: Path) -> None:
    """Plain curl, whole and as a stream, with the header that Azure's clients use."""
    if shutil.which("curl") is None:
        raise AssertionError("this test needs curl")
    common = ["curl", "-sSN", f"{url}/chat/completions", "-H", f"api-key: {CLIENT_KEY}", "-d"]

    whole = json.loads(_run([*common, json.dumps(ASK)], url, tmp_path))
    stream = _run([*common, json.dumps({**ASK, "stream": True})], url, tmp_path)

    events = [line for line in stream.splitlines() if line]
    assert whole["object"] == "chat.completion"
    assert events[-1] == "data: [DONE]"
    assert all(event.startswith("data: ") for event in events)


def _run(command: Sequence[str], url: str, folder: Path) -> str:
    """What a client prints."""
    own = {"URL": url, "KEY": CLIENT_KEY, "LLM_USER_PATH": str(folder)}
    environment = {**os.environ, **NOWHERE, **CACHED, **QUIET, **own}
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
