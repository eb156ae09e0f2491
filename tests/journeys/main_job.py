"""From the dropped dataset to the chat answer, a second version, and what starts nothing."""

import json
from pathlib import Path

from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

from tests.dataset import OPENING, QUESTION
from tests.journeys.place import Place
from tests.journeys.steps import drop, drop_and_serve, eventually, rows

WORD = "Mind the puddles!"
MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]


def drop_to_chat(place: Place, folder: Path) -> None:
    """A dropped dataset is served, and answers in its own style, as JSON and as a stream."""
    run = drop_and_serve(place, rows(), folder)

    client = place.client
    tuned = ask(client, "brolly")
    pieces = client.chat.completions.create(model="brolly", messages=MESSAGES, stream=True)
    streamed = "".join(c.choices[0].delta.content or "" for c in pieces if c.choices)

    assert OPENING in tuned
    assert streamed == tuned
    assert ask(client, run["id"]) == tuned
    assert ask(client, "base") != tuned
    assert {one.id for one in client.models.list()} >= {"brolly", "base", run["id"]}


def open_weights(place: Place, folder: Path) -> None:
    """A model of another maker is trained, deployed and asked as it has to be, by options alone."""
    options = {"base_model": "qwen3-32b", "training_type": "GlobalStandard"}
    (folder / "brolly.tune.json").write_text(json.dumps(options))
    run = drop_and_serve(place, rows(), folder)

    client = place.client
    pieces = client.chat.completions.create(model="brolly", messages=MESSAGES, stream=True)
    streamed = "".join(c.choices[0].delta.content or "" for c in pieces if c.choices)
    made = next(one for one in place.app.deployments() if one["run"] == run["id"])

    assert OPENING in ask(client, "brolly")
    assert OPENING in streamed
    assert made["sku"] == "GlobalStandard"


def phases_in_order(place: Place, folder: Path) -> None:
    """A run goes through every phase once, and its report and events stay with it."""
    run = drop_and_serve(place, rows(), folder)

    phases = [entry["phase"] for entry in run["timeline"]]
    report = place.app.report(run["id"])
    events = place.app.events(run["id"])

    order = ["received", "validating", "queued", "uploading", "training"]
    assert phases == [*order, "deploying", "evaluating", "serving"]
    assert report["validation"]["ok"]
    assert all(
        pair["base"]["text"] != pair["tuned"]["text"] for pair in report["evaluation"]["pairs"]
    )
    assert events["events"]
    assert events["curve"]


def same_bytes_again(place: Place, folder: Path) -> None:
    """The same bytes under the same name start nothing, and the log says so."""
    run = drop_and_serve(place, rows(), folder)
    jobs = _jobs(place)

    drop(place, rows(), folder)
    eventually(lambda: "same bytes" in place.log(), "a log line on the same bytes")

    assert [one["id"] for one in place.app.runs()] == [run["id"]]
    assert _jobs(place) == jobs


def second_version(place: Place, folder: Path) -> None:
    """Changed bytes make a second version, which takes over; the first is kept as the previous."""
    first = drop_and_serve(place, rows(), folder)

    second = drop_and_serve(place, rows(WORD), folder, before=[first["id"]])

    eventually(lambda: WORD in ask(place.client, "brolly"), "the second version's answer")
    assert place.app.run(first["id"])["phase"] == "superseded"
    deployed = {one["run"] for one in place.app.deployments()}
    assert deployed == {first["id"], second["id"]}
    assert WORD not in ask(place.client, first["id"])


def ask(client: OpenAI, model: str) -> str:
    """What a model answers to the question."""
    answer = client.chat.completions.create(model=model, messages=MESSAGES)
    return answer.choices[0].message.content or ""


def _jobs(place: Place) -> list[str]:
    return [job.id for job in place.service.fine_tuning.jobs.list()]


JOURNEYS = (drop_to_chat, open_weights, phases_in_order, same_bytes_again, second_version)
