"""Wait until a deployment answers: Resource Manager's Succeeded comes minutes before that."""

from activities._runner import step
from shared.billing.usage.own import record_own_chat
from shared.clients.completions import probe
from shared.errors import ServiceError
from shared.registry import Run
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome

#: What the data plane says of a deployment that it does not know yet (azure-openai.md, 4.5).
NOT_YET = frozenset({"DeploymentNotFound", "DeploymentNotReady"})


@step(Phase.DEPLOYING)
def check_ready(run: Run) -> Outcome:
    """Done when a chat of one token is answered."""
    try:
        answer = probe(run.deployment.name)
    except ServiceError as error:
        if error.code not in NOT_YET:
            raise
        message = f"Deployment {run.deployment.name} does not answer yet: {error.message}"
        return Outcome.wait(error.code, message, retry_after=error.retry_after)
    record_own_chat(answer)
    return Outcome.done()
