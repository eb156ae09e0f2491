"""Models at the service: whether one is still there, and when it ends.

Source: Azure OpenAI v1 `/models/{id}`.
"""

from shared.clients.data_plane import data_plane
from shared.clients.refusals import OPENAI
from shared.clients.translate import translated
from shared.errors import ServiceError


def deprecation(model: str) -> tuple[object, object]:
    """When the service stops to train a model and to serve it, in its own words; None for unsaid.

    Raises:
        ServiceError: if it does not say.
    """
    with translated(OPENAI, f"show model {model}"):
        found = data_plane().models.retrieve(model)
    # Of Azure only: `deprecation{fine_tune, inference}`, in seconds since 1970 (authoring API).
    told = (found.model_extra or {}).get("deprecation")
    told = told if isinstance(told, dict) else {}
    return told.get("fine_tune"), told.get("inference")


def exists(model: str) -> bool:
    """Whether the service knows a model of that id.

    Raises:
        ServiceError: if it does not say.
    """
    try:
        with translated(OPENAI, f"show model {model}"):
            data_plane().models.retrieve(model)
    except ServiceError as error:
        if error.status == 404:
            return False
        raise
    return True
