"""LangChain: prints what it understood as one JSON object."""

import json
import os

import openai
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

PROMPT = "What should I see in Rome?"


class Place(BaseModel):
    """A place."""

    city: str


def weather(city: str) -> str:
    """The weather of a city."""
    return f"Sunny in {city}"


def refusal() -> dict[str, object]:
    """The error for an unknown model."""
    try:
        chat("nope").invoke(PROMPT)
    except openai.APIStatusError as error:
        return {"status": error.status_code, "code": error.code}
    return {}


def chat(model: str) -> ChatOpenAI:
    """A client."""
    return ChatOpenAI(
        model=model,
        base_url=os.environ["URL"],
        api_key=os.environ["KEY"],
        max_retries=0,
        stream_usage=True,
    )


base = chat("base")
whole = base.invoke(PROMPT)
pieces = list(base.stream(PROMPT))
asked = base.bind_tools([weather], tool_choice="required").invoke(PROMPT)
found = {
    "model": whole.response_metadata["model_name"],
    "text": whole.text,
    "streamed": "".join(piece.text for piece in pieces),
    "usage": next(one.usage_metadata["total_tokens"] for one in pieces if one.usage_metadata),
    "tool": asked.tool_calls[0]["name"],
    "parsed": base.with_structured_output(Place, method="json_schema").invoke(PROMPT).model_dump(),
    "error": refusal(),
}
print(json.dumps(found))  # noqa: T201  what the test reads
