"""The emulated managed identity, as azure-identity asks for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential
from openai import AuthenticationError, OpenAI

from local.azure.identity.state import DATA_PLANE, MANAGEMENT, Tokens
from tests.local.azure.emulator import ACCOUNT, EmulatorClient

AI = "https://ai.azure.com/.default"
ARM = "https://management.azure.com/.default"
MESSAGES: Any = [{"role": "user", "content": "Hi"}]


@pytest.fixture
def identity(
    azure: EmulatorClient, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ManagedIdentityCredential]:
    """The credential that an app in Azure has, pointed at the emulator."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{azure.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "anything")
    with ManagedIdentityCredential() as credential:
        yield credential


def deployments(azure: EmulatorClient, authorization: str) -> Any:
    """Asks ARM for the deployments with that header."""
    return azure.http.get(
        f"{ACCOUNT}/deployments",
        params={"api-version": "2025-06-01"},
        headers={"authorization": authorization},
    )


def test_a_token_opens_the_data_plane(
    azure: EmulatorClient, identity: ManagedIdentityCredential
) -> None:
    """Both audiences that the service is known to take are taken."""
    for scope in (AI, "https://cognitiveservices.azure.com/.default"):
        with OpenAI(
            base_url=f"{azure.url}/openai/v1/",
            api_key=lambda: identity.get_token(scope).token,  # noqa: B023 - used in this turn
        ) as client:
            answer = client.chat.completions.create(model="gpt-4.1-mini", messages=MESSAGES)

        assert answer.choices


def test_the_default_credential_finds_the_identity(
    azure: EmulatorClient, identity: ManagedIdentityCredential
) -> None:
    """DefaultAzureCredential works offline with nothing but the two variables."""
    with DefaultAzureCredential() as credential:
        token = credential.get_token(ARM).token

    assert deployments(azure, f"Bearer {token}").status_code == 200


def test_a_token_for_another_service_is_refused(
    azure: EmulatorClient, identity: ManagedIdentityCredential
) -> None:
    """Each API accepts its own audience only."""
    arm, data = identity.get_token(ARM).token, identity.get_token(AI).token

    on_data = azure.call_v1("GET", "/files", headers={"authorization": f"Bearer {arm}"})
    on_arm = deployments(azure, f"Bearer {data}")

    assert "audience is incorrect" in on_data.json()["error"]["message"]
    assert (on_data.status_code, on_arm.status_code) == (401, 401)
    assert on_arm.json()["error"]["code"] == "InvalidAuthenticationToken"


@pytest.mark.parametrize("header", [{"api-key": "wrong"}, {"authorization": "Bearer wrong"}])
def test_a_wrong_key_is_refused(azure: EmulatorClient, header: dict[str, str]) -> None:
    """401 with the service's text, by either header."""
    azure_headers = {"authorization": "", **header}

    answer = azure.call_v1("GET", "/models", headers=azure_headers)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "401"
    assert "invalid subscription key" in answer.json()["error"]["message"]


def test_the_sdk_reports_a_wrong_key(azure: EmulatorClient) -> None:
    """AuthenticationError, not a retry."""
    with (
        OpenAI(base_url=f"{azure.url}/openai/v1/", api_key="wrong") as client,
        pytest.raises(AuthenticationError),
    ):
        client.models.list()


def test_arm_without_a_token_is_refused(azure: EmulatorClient) -> None:
    """401 with ARM's words, which differ for missing and for wrong."""
    answers = [deployments(azure, header) for header in ("", "Bearer a.b.c")]

    codes = [answer.json()["error"]["code"] for answer in answers]
    assert codes == ["AuthenticationFailed", "InvalidAuthenticationToken"]


@pytest.mark.parametrize(
    ("query", "header"),
    [
        ({"api-version": "2017-09-01", "resource": "https://x"}, {"x-identity-header": "a"}),
        ({"api-version": "2019-08-01", "resource": "x"}, {"x-identity-header": "a"}),
        ({"api-version": "2019-08-01", "resource": "https://x"}, {}),
    ],
)
def test_a_wrong_token_request_is_refused(
    azure: EmulatorClient, query: dict[str, str], header: dict[str, str]
) -> None:
    """Another version, no resource or no identity header: 400."""
    assert azure.http.get("/msi/token", params=query, headers=header).status_code == 400


def test_tokens_stay_valid_over_a_restart(tmp_path: Any) -> None:
    """The secret is kept with the state."""
    token, _ = Tokens(tmp_path).issue("https://ai.azure.com")

    assert Tokens(tmp_path).accepts(token, DATA_PLANE)
    assert not Tokens(tmp_path).accepts(token, MANAGEMENT)
    assert not Tokens(tmp_path / "other").accepts(token, DATA_PLANE)


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", ".", "\udcff.b.c"])
def test_nonsense_is_no_token(tmp_path: Any, token: str) -> None:
    """Whatever is sent, the answer is no."""
    assert not Tokens(tmp_path).accepts(token, DATA_PLANE)
