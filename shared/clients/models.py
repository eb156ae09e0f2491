"""Models at the service: whether one is still there, and when it ends.

Source: Azure OpenAI v1 `/models/{id}`.
"""

from shared.clients.data_plane import data_plane
from shared.clients.refusals import OPENAI
from shared.clients.translate import translate_errors
from shared.errors import ServiceError


def deprecation(model: str) -> tuple[object, object]:
    """When the service stops to train a model and to serve it, in its own words; None for unsaid.

    Raises:
        ServiceError: if it does not say.
    """
    with translate_errors(OPENAI, f"show model {model}"):
        found = data_plane().models.retrieve(model)
    # Of Azure only: `deprecation{fine_tune, inference}`, in seconds since 1970 (authoring API).
    dates = (found.model_extra or {}).get("deprecation")
    dates = dates if isinstance(dates, dict) else {}
    return dates.get("fine_tune"), dates.get("inference")


def exists(model: str) -> bool:
    """Whether the service knows a model of that id.

    Raises:
        ServiceError: if it does not say.
    """
    try:
        with translate_errors(OPENAI, f"show model {model}"):
            data_plane().models.retrieve(model)
    except ServiceError as error:
        if error.status == 404:
            return False
        raise
    return True
