"""Deployments that are paused, and that the service ends by itself."""

from collections.abc import Callable

from tests.local.azure.deployments.requests import model_of
from tests.local.azure.emulator import MODEL, EmulatorClient

HOUR = 3600
DAY = 24 * HOUR


def test_a_paused_deployment_answers_423(azure: EmulatorClient) -> None:
    """Pause and resume, both safe to repeat."""
    azure.deploy("a", MODEL)

    paused = [azure.call_arm("POST", "/deployments/a/pause") for _ in range(2)][-1].json()
    locked = azure.chat("a").status_code
    azure.call_arm("POST", "/deployments/a/resume")

    assert paused["properties"]["deploymentState"] == "Paused"
    assert (locked, azure.chat("a").status_code) == (423, 200)


def test_a_developer_deployment_cannot_be_paused(azure: EmulatorClient) -> None:
    """Only the standard kinds can."""
    azure.deploy("a", model_of(azure), sku="DeveloperTier")

    assert azure.call_arm("POST", "/deployments/a/pause").status_code == 400


def test_a_developer_deployment_lives_for_a_day(azure: EmulatorClient) -> None:
    """After 24 hours it is gone, used or not."""
    azure.deploy("a", model_of(azure), sku="DeveloperTier")
    azure.control("clock", advance=DAY - 60)
    before = azure.chat("a").status_code

    azure.control("clock", advance=120)

    assert (before, azure.chat("a").status_code) == (200, 404)
    assert azure.call_arm("GET", "/deployments/a").status_code == 404


def test_the_service_deletes_what_nobody_uses(start: Callable[..., EmulatorClient]) -> None:
    """With idle_days=15, fifteen days without a chat end a deployment; a chat starts them again."""
    azure = start(idle_days=15.0)
    azure.deploy_tuned_model("used")
    azure.deploy("unused", model_of(azure))
    azure.control("clock", advance=10 * DAY)
    azure.chat("used").raise_for_status()

    azure.control("clock", advance=6 * DAY)
    later = [one["name"] for one in azure.call_arm("GET", "/deployments").json()["value"]]
    azure.control("clock", advance=10 * DAY)

    assert sorted(later) == ["gpt-4.1-mini", "used"]
    assert azure.chat("used").status_code == 404
    assert azure.chat("gpt-4.1-mini").status_code == 200


def test_by_default_nothing_is_deleted_for_idleness(azure: EmulatorClient) -> None:
    """The service's own deletion is a setting."""
    azure.deploy_tuned_model("a")

    azure.control("clock", advance=100 * DAY)

    assert azure.chat("a").status_code == 200
