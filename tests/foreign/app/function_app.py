"""The patterns of Durable Functions, each as a small orchestrator with an endpoint of its own.

An ordinary app of the v2 model with classic HTTP types; it knows nothing of the host it runs on.
"""
# mypy: disallow-untyped-decorators=False

import json
import logging
from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)
log = logging.getLogger("patterns")

Steps = Generator[Any, Any, Any]

_weather: dict[str, int] = {}
_attempts: dict[str, int] = {}


# Endpoints


@app.route(route="start/{name}/{id?}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Start an orchestrator with the body as its input; 202 with the addresses to ask at."""
    body = req.get_body()
    given = json.loads(body) if body else None
    id_ = await client.start_new(req.route_params["name"], req.route_params.get("id"), given)
    response: func.HttpResponse = client.create_check_status_response(req, id_)
    return response


@app.route(route="wait/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def wait(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Start an orchestrator and answer with its result if that comes within seconds."""
    id_ = await client.start_new(req.route_params["name"], None, json.loads(req.get_body()))
    wait_for = client.wait_for_completion_or_create_check_status_response
    response: func.HttpResponse = await wait_for(req, id_, 10_000, 100)
    return response


@app.route(route="approve/{id}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def approve(
    req: func.HttpRequest, client: df.DurableOrchestrationClient
) -> func.HttpResponse:
    """Pass the body to a waiting orchestrator."""
    await client.raise_event(req.route_params["id"], "Approval", json.loads(req.get_body()))
    return func.HttpResponse(status_code=202)


@app.route(route="weather/{city}", methods=["PUT"])
def weather(req: func.HttpRequest) -> func.HttpResponse:
    """Set how often it is still cloudy when the monitor looks."""
    _weather[req.route_params["city"]] = int(req.get_body())
    return func.HttpResponse(status_code=204)


# Function chaining


@app.orchestration_trigger(context_name="context")
def chaining(context: df.DurableOrchestrationContext) -> Steps:
    """Each step gets the result of the one before."""
    given = context.get_input()
    first = yield context.call_activity("add", {"to": given, "what": "one"})
    second = yield context.call_activity("add", {"to": first, "what": "two"})
    third = yield context.call_activity("add", {"to": second, "what": "three"})
    return third


# Fan-out, fan-in


@app.orchestration_trigger(context_name="context")
def fan_out(context: df.DurableOrchestrationContext) -> Steps:
    """All at once, then the sum."""
    batch = yield context.call_activity("work_batch", context.get_input())
    results = yield context.task_all([context.call_activity("square", n) for n in batch])
    total = yield context.call_activity("total", results)
    return total


# Monitor


@app.orchestration_trigger(context_name="context")
def monitor(context: df.DurableOrchestrationContext) -> Steps:
    """Look every minute until the sky is clear, at most for a day; reports the looks so far."""
    city = context.get_input()
    expiry = context.current_utc_datetime + timedelta(days=1)
    looks = 0
    while context.current_utc_datetime < expiry:
        clear = yield context.call_activity("is_clear", city)
        looks += 1
        context.set_custom_status({"looks": looks})
        if clear:
            return {"clear": True, "looks": looks}
        yield context.create_timer(context.current_utc_datetime + timedelta(minutes=1))
    return {"clear": False, "looks": looks}


# Human interaction with a time-out


@app.orchestration_trigger(context_name="context")
def human(context: df.DurableOrchestrationContext) -> Steps:
    """Ask somebody; without an answer within three days, somebody else."""
    yield context.call_activity("add", {"to": "asked", "what": "boss"})
    due = context.create_timer(context.current_utc_datetime + timedelta(days=3))
    approval = context.wait_for_external_event("Approval")
    winner = yield context.task_any([approval, due])
    if winner == due:
        escalated = yield context.call_activity("add", {"to": "escalated", "what": "owner"})
        return escalated
    due.cancel()
    return {"approved": json.loads(approval.result)}


# Eternal


@app.orchestration_trigger(context_name="context")
def eternal(context: df.DurableOrchestrationContext) -> Steps:
    """One round a day, each with a history of its own; ends only because its input says so."""
    state = context.get_input()
    count = yield context.call_activity("count", state["count"])
    yield context.create_timer(context.current_utc_datetime + timedelta(days=1))
    if count >= state["until"]:
        return count
    context.continue_as_new({"count": count, "until": state["until"]})
    return None


# Sub-orchestrations


@app.orchestration_trigger(context_name="context")
def parent(context: df.DurableOrchestrationContext) -> Steps:
    """One child for each item; a failing one is caught."""
    children = [context.call_sub_orchestrator("chaining", item) for item in context.get_input()]
    results = yield context.task_all(children)
    try:
        yield context.call_sub_orchestrator("failing_child", None, f"{context.instance_id}-bad")
    except Exception as error:  # noqa: BLE001 - the SDK raises plain ones
        results.append("caught" if "child went wrong" in str(error) else str(error))
    return results


@app.orchestration_trigger(context_name="context")
def failing_child(context: df.DurableOrchestrationContext) -> Steps:
    """Raises after one step."""
    yield context.call_activity("add", {"to": "", "what": "x"})
    raise ValueError("child went wrong")


# Retries


@app.orchestration_trigger(context_name="context")
def retries(context: df.DurableOrchestrationContext) -> Steps:
    """Calls what fails, three times at most."""
    options = df.RetryOptions(first_retry_interval_in_milliseconds=60_000, max_number_of_attempts=3)
    given = {**context.get_input(), "id": context.instance_id}
    result = yield context.call_activity_with_retry("flaky", options, given)
    return result


# Activities


@app.activity_trigger(input_name="given")
def add(given: dict) -> str:  # type: ignore[type-arg]
    """One text after the other."""
    return f"{given['to']} {given['what']}".strip()


@app.activity_trigger(input_name="size")
def work_batch(size: int) -> list:  # type: ignore[type-arg]
    """Numbers to work on."""
    return list(range(size))


@app.activity_trigger(input_name="number")
async def square(number: int) -> int:
    """On the event loop."""
    return number * number


@app.activity_trigger(input_name="numbers")
def total(numbers: list) -> int:  # type: ignore[type-arg]
    """The sum."""
    return sum(numbers)


@app.activity_trigger(input_name="city")
def is_clear(city: str) -> bool:
    """Whether the clouds have gone; one fewer at each look."""
    _weather[city] = _weather.get(city, 0) - 1
    return _weather[city] < 0


@app.activity_trigger(input_name="count")
def count(count: int) -> int:
    """One more."""
    return count + 1


@app.activity_trigger(input_name="given")
def flaky(given: dict, context: func.Context) -> dict:  # type: ignore[type-arg]
    """Fails as often as its input says."""
    attempt = _attempts[given["id"]] = _attempts.get(given["id"], 0) + 1
    log.info("%s: attempt %s at %s", context.function_name, attempt, datetime.now())  # noqa: DTZ005
    if attempt <= given["failures"]:
        raise RuntimeError(f"attempt {attempt} failed")
    return {"attempts": attempt}
