"""The base model of a run with a gate is tried before its training is paid for."""

from activities.admit_run import admit_run
from shared.clients.deployments import deployments
from shared.runs.orchestration import RunRef
from tests.activities.calls import call
from tests.activities.conftest import change, row
from tests.activities.evaluate_models import CHAT, chats
from tests.services import Emulator

GATE = "win_rate>=0.5"


def test_base_that_is_gone_is_a_wait(received_run: RunRef, emulator: Emulator) -> None:
    """A gate that could have no verdict holds up the training, in words, until the base answers."""
    change(received_run, evaluation_gate=GATE)
    emulator.control("faults", {**CHAT, "status": 410})

    held = call(admit_run, received_run)

    assert (held.result, held.code) == ("wait", "base_missing")
    assert "gpt-4.1-mini of the base model does not answer" in held.message
    assert GATE in held.message
    assert '"gate": "off"' in row(received_run).waiting
    assert call(admit_run, received_run).result == "done"


def test_base_that_nobody_can_deploy_is_a_wait(received_run: RunRef) -> None:
    """A tuned model as base is not deployed for a comparison, which the run learns beforehand."""
    base = "gpt-4.1-mini-2025-04-14.ft-0123456789abcdef"
    change(received_run, evaluation_gate=GATE, training_base_model=base)

    held = call(admit_run, received_run)

    assert (held.result, held.code) == ("wait", "base_missing")
    assert base in held.message


def test_without_a_gate_nobody_asks(received_run: RunRef, emulator: Emulator) -> None:
    """A version that is promoted whatever the comparison says does not wait for its base."""
    deployments().delete("gpt-4.1-mini")

    assert call(admit_run, received_run).result == "done"
    assert chats(emulator) == 0


def test_base_that_is_yet_to_be_deployed_is_no_wait(received_run: RunRef) -> None:
    """The comparison can deploy a base model whose version is known."""
    change(received_run, evaluation_gate=GATE)
    deployments().delete("gpt-4.1-mini")

    assert call(admit_run, received_run).result == "done"
