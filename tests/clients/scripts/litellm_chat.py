"""LiteLLM as a client: prints what it understood as one JSON object."""

import json
import os
from typing import Any

import litellm
from pydantic import BaseModel

MESSAGES = [{"role": "user", "content": "What should I see in Rome?"}]
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": CITY}}


class Place(BaseModel):
    """A place."""

    city: str


def ask(model: str = "base", **more: Any) -> Any:
    """One chat."""
    where = {"api_base": os.environ["URL"], "api_key": os.environ["KEY"], "max_retries": 0}
    return litellm.completion(model=f"openai/{model}", messages=MESSAGES, **where, **more)


def refusal() -> dict[str, object]:
    """The error for an unknown model."""
    try:
        ask("nope")
    except litellm.exceptions.NotFoundError as error:
        return {"status": error.status_code, "code": "There is no model" in str(error)}
    return {}


whole = ask()
chunks = list(ask(stream=True, stream_options={"include_usage": True}))
asked = ask(tools=[TOOL], tool_choice="required")
parsed = ask(response_format=Place)
found = {
    "model": whole.model,
    "text": whole.choices[0].message.content,
    "streamed": "".join(one.choices[0].delta.content or "" for one in chunks if one.choices),
    "usage": next(one.usage.total_tokens for one in chunks if getattr(one, "usage", None)),
    "tool": asked.choices[0].message.tool_calls[0].function.name,
    "parsed": json.loads(parsed.choices[0].message.content),
    "error": refusal(),
}
print(json.dumps(found))  # noqa: T201  what the test reads
