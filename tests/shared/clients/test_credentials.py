"""Who the app is, and where its tokens may go."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from shared.clients.credentials import (
    AsyncTokens,
    credential,
    plain_http_policy,
    require_https,
    token_provider,
)
from shared.errors import SettingError
from tests.services import Emulator
from tests.shared.clients.conftest import ScriptedServer

MODULES = ["completions", "deployments", "files", "jobs", "metrics", "storage", "upstream"]
HEAVY = ["openai", "azure.core", "azure.identity", "azure.storage", "httpx2", "pydantic"]
SCOPE = "https://ai.azure.com/.default"


@pytest.mark.usefixtures("app")
def test_platform_identity_gives_a_token() -> None:
    """The identity that a Functions app has works without any key."""
    assert len(token_provider(SCOPE)()) > 10


@pytest.mark.usefixtures("app")
def test_one_credential_and_one_token_per_process(emulator: Emulator) -> None:
    """A second call asks nobody: the credential and its token are kept."""
    token_provider(SCOPE)()
    before = len(emulator.look("requests")["requests"])

    token_provider(SCOPE)()

    assert credential() is credential()
    assert len(emulator.look("requests")["requests"]) == before


@pytest.mark.parametrize(
    "address",
    ["https://x.openai.azure.com", "http://127.0.0.1:8081", "http://localhost:1", "http://[::1]:1"],
)
def test_tls_or_this_machine_is_allowed(address: str) -> None:
    """Addresses that nobody else can listen to are taken as they are."""
    assert require_https(address, "X") == address


@pytest.mark.parametrize("address", ["http://x.openai.azure.com", "http://127.0.0.1.evil.example"])
def test_plain_http_elsewhere_is_refused(address: str) -> None:
    """A token never goes to another machine in the clear; the setting is named."""
    with pytest.raises(SettingError, match="MY_SETTING"):
        require_https(address, "MY_SETTING")


def test_tls_keeps_the_sdk_policy() -> None:
    """Only plain http needs a policy of ours."""
    assert plain_http_policy("https://management.azure.com", SCOPE) is None


@pytest.mark.usefixtures("app")
async def test_async_tokens_are_kept_and_asked_for_once(emulator: Emulator) -> None:
    """Many callers at once cost one request, and later ones none."""
    tokens = AsyncTokens("https://cognitiveservices.azure.com/.default")
    before = _ask(emulator)

    found = await asyncio.gather(*(tokens() for _ in range(20)))

    assert len(set(found)) == 1
    assert await tokens() == found[0]
    assert _ask(emulator) - before <= 1


async def test_async_token_is_renewed_before_it_ends(
    scripted_server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the clock has passed the token's end, a new one is asked for."""
    tokens = AsyncTokens(SCOPE)
    first = await tokens()
    clock_file = tmp_path / "clock"
    clock_file.write_text(str(timedelta(days=40_000).total_seconds()))
    monkeypatch.setenv("CLOCK_FILE", str(clock_file))
    tokens._token = "old"

    assert await tokens() == first == "scripted-token"


@pytest.mark.services
def test_loading_the_clients_loads_no_sdk() -> None:
    """The cold start does not pay for SDKs that a request may not need."""
    code = "import sys, {names}; print([name for name in {heavy} if name in sys.modules])"
    names = ", ".join(f"shared.clients.{name}" for name in MODULES)

    seen = subprocess.run(
        [sys.executable, "-c", code.format(names=names, heavy=HEAVY)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert seen.stdout.strip() == "[]"


def _ask(emulator: Emulator) -> int:
    return sum(
        request["path"].startswith("/msi/token")
        for request in emulator.look("requests")["requests"]
    )
