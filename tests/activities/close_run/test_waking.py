"""A waking that ends early, and a model that is gone."""

import pytest

from activities.close_run import close_run
from shared.datasets import names
from shared.deployments import wake
from shared.registry import registry
from shared.registry.state import MODEL_GONE, Phase
from shared.runs import intake
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import settle
from tests.activities.close_run import closing, left
from tests.activities.conftest import change, row
from tests.container import Container
from tests.services import Emulator


@pytest.mark.parametrize(
    ("code", "phase", "failed"),
    [("cancelled", "asleep", True), ("deadline", "asleep", True), (MODEL_GONE, "failed", True)],
)
def test_waking_that_ends_early(
    serving: RunRef, emulator: Emulator, code: str, phase: str, failed: bool
) -> None:
    """A woken version is back where it was, without a deployment; its training is untouched."""
    change(serving, phase=Phase.ASLEEP)
    ref = wake.claim(serving.run, "a test asked").ref
    before = row(ref)

    assert settle(close_run, closing(ref, code)) == Outcome.done()

    now = row(ref)
    assert (now.phase, now.error.code, now.deployment.waking_since) == (phase, code, None)
    assert bool(now.deployment.wake_failed) == failed
    assert (now.training.job_id, now.training.tuned_model, now.training.spent_jobs) == (
        before.training.job_id,
        before.training.tuned_model,
        (),
    )
    assert left(emulator) == (["succeeded"], [])


def test_model_that_is_gone_is_trained_again(serving: RunRef, container: Container) -> None:
    """After its model was lost, the same bytes dropped again are trained again."""
    change(serving, phase=Phase.ASLEEP)
    ref = wake.claim(serving.run, "a test asked").ref
    job = row(ref).training.job_id
    settle(close_run, closing(ref, MODEL_GONE))
    name = names.parse("brolly.jsonl")
    assert name is not None
    registry().claim(ref.model, name.content_id(row(ref).dataset.sha256), ref.run)
    container.put(name.blob)

    again = intake.receive("brolly.jsonl")

    now = row(ref)
    assert (again.start, again.ref) == (True, now.ref)
    assert (now.phase, now.attempt, now.training.job_id, now.training.tuned_model) == (
        "received",
        3,
        "",
        "",
    )
    assert now.training.spent_jobs == (job,)
