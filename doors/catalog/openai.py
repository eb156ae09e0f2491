"""OpenAI's own routes."""

from doors import bodies
from doors.catalog.door import Door

DOORS = (
    Door(
        "chat_completions",
        "post",
        "v1/chat/completions",
        "client",
        "Chat with a model, a run or the base, as OpenAI's API does: JSON, or a stream of events.",
        bodies.ChatCompletion,
        request=bodies.ChatRequest,
        forms=("text/event-stream",),
        errors=(400, 404, 409, 429, 502, 503, 504),
    ),
    Door(
        "list_models",
        "get",
        "v1/models",
        "client",
        "What a chat can ask for.",
        bodies.ModelList,
    ),
    Door(
        "retrieve_model",
        "get",
        "v1/models/{id}",
        "client",
        "One of them; also `<name>@previous`.",
        bodies.ModelEntry,
        errors=(404, 409, 503),
    ),
)
