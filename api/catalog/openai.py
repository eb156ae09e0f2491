"""OpenAI's own routes."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "chat_completions",
        "post",
        "v1/chat/completions",
        "client",
        "Chat with a model, a run or the base, as OpenAI's API does: JSON, or a stream of events.",
        schemas.ChatCompletion,
        request=schemas.ChatRequest,
        forms=("text/event-stream",),
        errors=(400, 404, 409, 429, 502, 503, 504),
    ),
    Door(
        "list_models",
        "get",
        "v1/models",
        "client",
        "What a chat can ask for.",
        schemas.ModelList,
    ),
    Door(
        "retrieve_model",
        "get",
        "v1/models/{id}",
        "client",
        "One of them; also `<name>@previous`.",
        schemas.ModelEntry,
        errors=(404, 409, 503),
    ),
)
