"""Models at the service: whether a tuned one is still there.

Source: Azure OpenAI v1 `/models/{id}`.
"""

from shared.clients.data_plane import data_plane
from shared.clients.refusals import OPENAI
from shared.clients.translate import translated
from shared.errors import ServiceError


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
