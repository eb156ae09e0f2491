"""The body of a chat, checked as far as the emulator uses it.

Fields that the service does not know are refused, as the service refuses them.
"""

from dataclasses import dataclass
from typing import Any

from local.azure.files.examples import text_of

from .errors import bad_request

# The v1 description (AzureCreateChatCompletionRequest), and what OpenAI has added since.
_PARAMETERS = """
audio data_sources frequency_penalty function_call functions logit_bias logprobs
max_completion_tokens max_tokens messages metadata modalities model n parallel_tool_calls
prediction presence_penalty reasoning_effort response_format seed stop store stream
stream_options temperature tool_choice tools top_logprobs top_p user user_security_context
moderation prompt_cache_key prompt_cache_options prompt_cache_retention safety_identifier
service_tier verbosity web_search_options
"""
PARAMETERS = frozenset(_PARAMETERS.split())
CHOICES = ("none", "auto", "required")
MAX_STOPS = 4
FORMATS = ("text", "json_object", "json_schema")
ROLES = {"system", "developer", "user", "assistant", "tool", "function"}


@dataclass(frozen=True)
class ChatRequest:
    """A checked request for a chat."""

    messages: list[dict[str, Any]]
    stream: bool
    include_usage: bool
    choices: int
    max_tokens: int | None
    stop: list[str]
    tools: list[dict[str, Any]]
    tool_choice: Any
    response_format: dict[str, Any]
    logprobs: bool

    @property
    def system(self) -> str:
        """The text of the last system message."""
        return self._last({"system", "developer"})

    @property
    def prompt(self) -> str:
        """The text of the last user turn."""
        return self._last({"user"})

    @property
    def everything(self) -> str:
        """The text of the whole conversation."""
        return "\n".join(text_of(message.get("content")) for message in self.messages)

    def _last(self, roles: set[str]) -> str:
        for message in reversed(self.messages):
            if message["role"] in roles:
                return text_of(message.get("content"))
        return ""


def read_chat_request(body: dict[str, Any]) -> ChatRequest:
    """Checks a body.

    Raises:
        ServiceError: 400 that names the field.
    """
    _check_names(body)
    options = body.get("stream_options") or {}
    _number(body, "temperature", 0, 2)
    _number(body, "top_p", 0, 1)
    limit = "max_completion_tokens" if body.get("max_completion_tokens") else "max_tokens"
    return ChatRequest(
        messages=_messages(body.get("messages")),
        stream=_switch(body, "stream"),
        include_usage=isinstance(options, dict) and bool(options.get("include_usage")),
        choices=int(_number(body, "n", 1, 128, whole=True) or 1),
        max_tokens=int(_number(body, limit, 1, 2**31, whole=True) or 0) or None,
        stop=_stop(body.get("stop")),
        tools=_tools(body.get("tools")),
        tool_choice=_tool_choice(body.get("tool_choice")),
        response_format=_format(body.get("response_format")),
        logprobs=_switch(body, "logprobs"),
    )


def _check_names(body: dict[str, Any]) -> None:
    unknown = sorted(body.keys() - PARAMETERS)
    if unknown:
        arguments = "arguments" if len(unknown) > 1 else "argument"
        message = f"Unrecognized request {arguments} supplied: {', '.join(unknown)}"
        raise bad_request(message, None)


def _messages(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value:
        raise bad_request("'messages' must be a non-empty list", "messages")
    for number, message in enumerate(value):
        seen = message.get("role") if isinstance(message, dict) else message
        if not isinstance(message, dict) or not isinstance(seen, str) or seen not in ROLES:
            raise bad_request(
                f"Invalid value: {seen!r}. Supported values are: {sorted(ROLES)}.",
                f"messages[{number}].role",
                "invalid_value",
            )
        _check_content(message, number)
    return value


def _check_content(message: dict[str, Any], number: int) -> None:
    content = message.get("content")
    if isinstance(content, str) or (content is None and message["role"] == "assistant"):
        return
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        return
    raise bad_request(
        "Invalid type for 'content': expected a string or an array of objects, but got"
        f" {type(content).__name__} instead.",
        f"messages[{number}].content",
        "invalid_type",
    )


def _stop(value: Any) -> list[str]:
    stops = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(stops, list) or not all(isinstance(stop, str) for stop in stops):
        raise bad_request("'stop' must be a string or a list of strings", "stop", "invalid_type")
    if len(stops) > MAX_STOPS:
        message = f"'stop' has {len(stops)} strings; at most {MAX_STOPS} are allowed"
        raise bad_request(message, "stop", "array_above_max_length")
    return stops


def _tool_choice(value: Any) -> Any:
    if value is None:
        return "auto"
    # A named function has the shape of a tool.
    if value not in CHOICES and not _is_function(value):
        message = f"'tool_choice' must be one of {', '.join(CHOICES)}, or name a function"
        raise bad_request(message, "tool_choice", "invalid_value")
    return value


def _format(value: Any) -> dict[str, Any]:
    wanted = {} if value is None else value
    kind = wanted.get("type", "text") if isinstance(wanted, dict) else None
    schema = wanted.get("json_schema", {}) if isinstance(wanted, dict) else None
    if kind not in FORMATS or not isinstance(schema, dict):
        message = f"'response_format' must be an object with a type of {', '.join(FORMATS)}"
        raise bad_request(message, "response_format", "invalid_value")
    return dict(wanted)


def _tools(value: Any) -> list[dict[str, Any]]:
    tools = [] if value is None else value
    good = isinstance(tools, list) and all(_is_function(tool) for tool in tools)
    if not good or len(tools) > 128:
        raise bad_request("'tools' must be a list of at most 128 functions with names", "tools")
    return list(tools)


def _is_function(tool: Any) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return isinstance(function, dict) and isinstance(function.get("name"), str)


def _switch(body: dict[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        message = f"Invalid type for '{name}': expected a boolean, but got {value!r} instead."
        raise bad_request(message, name, "invalid_type")
    return bool(value)


def _number(
    body: dict[str, Any], name: str, lowest: float, highest: float, *, whole: bool = False
) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    kind = "an integer" if whole else "a number"
    good = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not good or not lowest <= value <= highest:
        raise bad_request(
            f"Invalid '{name}': {value!r} is not {kind} from {lowest} to {highest}.",
            name,
            "invalid_value",
        )
    return float(value)
