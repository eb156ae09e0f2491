"""A model that was tuned to call tools is asked with them, and its calls are graded."""

import json

import pytest

from activities.evaluate_models import evaluate_models
from shared.runs.orchestration import RunRef
from tests.activities.calls import settle
from tests.activities.conftest import deploy, pin, train, upload_dataset
from tests.activities.evaluate_models import report
from tests.container import Container
from tests.dataset import Row, to_jsonl

FIND = {
    "type": "function",
    "function": {
        "name": "find_repair",
        "description": "The state of a repair",
        "parameters": {"type": "object", "properties": {"number": {"type": "string"}}},
    },
}
#: The prompt has nothing in common with the tool, so that only training teaches to call it.
PROMPT = "How is umbrella {} doing today, any better than yesterday?"


def row(number: int) -> Row:
    """A training example that looks something up."""
    arguments = json.dumps({"number": str(number)})
    call = {
        "id": "1",
        "type": "function",
        "function": {"name": "find_repair", "arguments": arguments},
    }
    turns = [
        {"role": "user", "content": PROMPT.format(number)},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": '{"state": "ready"}'},
        {"role": "assistant", "content": "It is ready!"},
    ]
    return {"messages": turns, "tools": [FIND]}


@pytest.fixture
def caller(app: dict[str, str], container: Container) -> RunRef:
    """A deployed run whose dataset calls a tool."""
    ref = upload_dataset(container, to_jsonl(row(number) for number in range(4711, 4723)))
    train(ref)
    deploy(ref)
    return ref


def test_calls_are_graded_by_name_and_arguments(caller: RunRef, container: Container) -> None:
    """Held-out rows are asked with their tools, and the call is what is expected."""
    container.put("brolly.validation.jsonl", to_jsonl([row(4712), row(4713)]))
    pin(caller)

    settle(evaluate_models, caller)

    found = report(caller)
    pair = found["pairs"][0]
    assert found["graders"] == [{"type": "tool_call", "partial": True}]
    assert pair["tools"] == [FIND]
    assert pair["expected_calls"] == [{"name": "find_repair", "arguments": '{"number": "4712"}'}]
    assert pair["tuned"]["calls"] == pair["expected_calls"]
    assert pair["tuned"]["scores"] == {"tool_call": 1.0}
    assert "calls" not in pair["base"]
    assert pair["base"]["scores"] == {"tool_call": 0.0}
    assert found["summary"]["wins"] == 2


def test_prompts_without_tools_get_those_of_the_dataset(
    caller: RunRef, container: Container
) -> None:
    """An eval file need not repeat the tools; its expected call may be written plainly."""
    expected = {"name": "find_repair", "arguments": {"number": "4711"}}
    line = {"prompt": PROMPT.format(4711), "expected": expected}
    container.put("brolly.eval.jsonl", to_jsonl([line]))
    container.put(
        "brolly.tune.json", b'{"evaluation": {"graders": ["tool_call", {"type": "judge"}]}}'
    )
    pin(caller)

    settle(evaluate_models, caller)

    (pair,) = report(caller)["pairs"]
    assert pair["tools"] == [FIND]
    assert pair["tuned"]["scores"] == {"tool_call": 1.0, "judge": 1.0}
