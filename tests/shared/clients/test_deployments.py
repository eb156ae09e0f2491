"""Deployments at the emulated Resource Manager, through the real SDK."""

from collections.abc import Callable

import pytest

from shared.clients.deployments import DeploymentFacts, arm_scope, deployments
from shared.errors import ServiceError, SettingError
from shared.settings import settings
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, ScriptedServer

BASE = "gpt-4.1-mini-2025-04-14"
ROW = {
    "name": "run-1",
    "sku": {"name": "Standard", "capacity": 5},
    "properties": {
        "model": {"format": "OpenAI", "name": "m", "version": "1"},
        "provisioningState": "Creating",
    },
    "systemData": {"createdAt": "2026-11-25T10:00:00Z"},
}


def test_put_begins_and_does_not_wait(
    emulator: Emulator, app: dict[str, str], tuned_model: str
) -> None:
    """The answer comes while the deployment is being made; its state is looked at afterwards."""
    emulator.control("transitions", {"deployment": "reads:1"})

    begun = deployments().put("run-1", model=tuned_model, sku="Standard", capacity=5)

    assert (begun.name, begun.model, begun.sku, begun.capacity) == (
        "run-1",
        tuned_model,
        "Standard",
        5,
    )
    assert begun.state in ("Accepted", "Creating")
    states = [_state("run-1") for _ in range(3)]
    assert states[-1] == "Succeeded"
    assert states[0] == "Creating"


@pytest.mark.usefixtures("app")
def test_put_again_changes_nothing(tuned_model: str) -> None:
    """An activity that runs twice leaves one deployment."""
    for _ in range(2):
        deployments().put("run-1", model=tuned_model, sku="Standard", capacity=5)

    found = [one for one in deployments().list() if one.name == "run-1"]
    assert [(one.model, one.state) for one in found] == [(tuned_model, "Succeeded")]
    assert found[0].created_at is not None


@pytest.mark.usefixtures("app")
def test_list_has_what_others_made() -> None:
    """The base deployment, which tunedrop did not make, is listed too."""
    assert [one.name for one in deployments().list()] == ["gpt-4.1-mini"]


@pytest.mark.usefixtures("app")
def test_delete_begins_once(tuned_model: str) -> None:
    """Deleting says whether there was anything to delete."""
    deployments().put("run-1", model=tuned_model, sku="Standard", capacity=5)

    assert deployments().delete("run-1")
    assert deployments().get("run-1") is None
    assert not deployments().delete("run-1")


def test_nothing_to_delete_is_false_by_204_too(scripted_server: ScriptedServer) -> None:
    """Resource Manager may also answer 204 where there is nothing."""
    scripted_server.reply_with(Reply(204, b""))

    assert not deployments().delete("run-1")


@pytest.mark.usefixtures("app")
def test_second_write_at_once_is_a_conflict(emulator: Emulator, tuned_model: str) -> None:
    """One write at a time per account: the second has to wait."""
    emulator.control("transitions", {"deployment": "seconds:3600"})
    deployments().put("run-1", model=tuned_model, sku="Standard", capacity=5)

    with pytest.raises(ServiceError) as caught:
        deployments().put("run-2", model=tuned_model, sku="Standard", capacity=5)

    assert caught.value.code == "RequestConflict"
    assert caught.value.retryable


@pytest.mark.usefixtures("app")
def test_quota_is_waited_for(tuned_model: str) -> None:
    """Too little quota is worth waiting, and the error says what to do about it."""
    with pytest.raises(ServiceError) as caught:
        deployments().put("run-1", model=tuned_model, sku="Standard", capacity=100_000)

    assert caught.value.code == "InsufficientQuota"
    assert caught.value.retryable
    assert "DEPLOYMENT_CAPACITY" in caught.value.hint


@pytest.mark.usefixtures("app")
def test_model_that_cannot_be_deployed_is_final() -> None:
    """No waiting helps a model that does not exist; the error names it."""
    with pytest.raises(ServiceError) as caught:
        deployments().put("run-1", model=f"{BASE}.ft-none", sku="Standard", capacity=5)

    assert caught.value.code == "DeploymentModelNotSupported"
    assert not caught.value.retryable
    assert f"{BASE}.ft-none" in caught.value.message


@pytest.mark.parametrize("chosen", ["Microsoft.DefaultV2", None])
def test_content_filter_is_sent_when_chosen(
    scripted_server: ScriptedServer, chosen: str | None
) -> None:
    """The filter's name goes along, and nothing where the service's default is wanted."""
    scripted_server.reply_with(Reply(201, ROW))

    deployments().put("run-1", model="m", sku="DeveloperTier", capacity=5, content_filter=chosen)

    properties = scripted_server.request_body()["properties"]
    assert properties.get("raiPolicyName") == chosen
    assert properties["model"] == {"format": "OpenAI", "name": "m", "version": "1"}
    assert scripted_server.request_body()["sku"] == {"name": "DeveloperTier", "capacity": 5}
    assert scripted_server.seen[0].headers["authorization"] == "Bearer scripted-token"


def test_failed_deployment_says_why(scripted_server: ScriptedServer) -> None:
    """The reason is read where the service gives one, although the SDK's model has no place."""
    properties = ROW["properties"] | {  # type: ignore[operator]
        "provisioningState": "Failed",
        "error": {"code": "X", "message": "No room, ?sig=verysecret1"},
    }
    scripted_server.reply_with(Reply(200, ROW | {"properties": properties}))

    found = deployments().get("run-1")

    assert found is not None
    assert found.state == "Failed"
    assert found.error is not None
    assert found.error.startswith("No room")
    assert "verysecret1" not in found.error


def test_bare_row_is_read(scripted_server: ScriptedServer) -> None:
    """Fields that are absent do not break the list."""
    scripted_server.reply_with(Reply(200, {"value": [{"name": "run-1"}]}))

    assert deployments().list() == [DeploymentFacts("run-1", "", "", "", "", 0, None, None)]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ResourceGroupNotFound", "Resource group 'local' could not be found."),
        (
            "ResourceNotFound",
            "The Resource 'Microsoft.CognitiveServices/accounts/local' was not found.",
        ),
        ("404", "Resource not found"),
    ],
)
def test_missing_account_is_not_a_missing_deployment(
    scripted_server: ScriptedServer, code: str, message: str
) -> None:
    """A wrong setting must not look as if somebody had deleted every deployment."""
    scripted_server.reply_with(Reply(404, {"error": {"code": code, "message": message}}))

    with pytest.raises(ServiceError):
        deployments().get("run-1")


def test_refusal_is_not_tried_again(scripted_server: ScriptedServer) -> None:
    """A refusal with a Retry-After comes back at once instead of blocking a thread."""
    scripted_server.reply_with(
        Reply(429, {"error": {"code": "TooManyRequests"}}, {"retry-after": "2"})
    )

    with pytest.raises(ServiceError) as caught:
        deployments().list()

    assert caught.value.retry_after == 2
    assert len(scripted_server.seen) == 1


def test_tokens_do_not_go_over_plain_http(
    app: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Resource Manager without TLS on another machine is refused before anything is sent."""
    monkeypatch.setenv("ARM_ENDPOINT", "http://arm.example")
    settings.cache_clear()

    with pytest.raises(SettingError, match="ARM_ENDPOINT"):
        deployments()


def test_scope_follows_the_cloud() -> None:
    """Another cloud's Resource Manager gets tokens of its own; a laptop's the public one's."""
    assert arm_scope("https://management.usgovcloudapi.net") == (
        "https://management.usgovcloudapi.net/.default"
    )
    assert arm_scope("http://127.0.0.1:8081") == "https://management.azure.com/.default"


def _state(name: str) -> str:
    found = deployments().get(name)
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    "call", [lambda: deployments().get("run-1"), lambda: deployments().delete("run-1")]
)
def test_failure_is_not_taken_for_absence(
    scripted_server: ScriptedServer, call: Callable[[], object]
) -> None:
    """Only a 404 means that something is not there; any other refusal is an error."""
    scripted_server.reply_with(
        Reply(500, {"error": {"code": "InternalServerError", "message": "Oh."}})
    )

    with pytest.raises(ServiceError, match="Oh"):
        call()
