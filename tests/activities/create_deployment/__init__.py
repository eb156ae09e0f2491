"""Deployments: one for each run, under its name, and never somebody else's."""

from shared.runs.orchestration import RunRef
from tests.activities.conftest import row
from tests.services import Emulator

PUT = {"method": "PUT", "path": "*/deployments/*"}


def list_tuned_deployments(emulator: Emulator) -> list[tuple[str, str]]:
    """Name and model of each deployment at the service but the base."""
    found = emulator.look("state")["deployments"]
    pairs = [(one["name"], one["properties"]["model"]["name"]) for one in found]
    return [pair for pair in pairs if pair[0] != "gpt-4.1-mini"]


def only_deployment(emulator: Emulator, ref: RunRef) -> bool:
    """Whether exactly this run's deployment is there, and in its row."""
    now = row(ref)
    return (
        list_tuned_deployments(emulator) == [(ref.run, now.training.tuned_model)]
        and now.deployment.name == ref.run
    )


def error(status: int, code: str) -> dict[str, object]:
    """A refusal by Resource Manager."""
    return {**PUT, "status": status, "body": {"error": {"code": code, "message": "No."}}}
