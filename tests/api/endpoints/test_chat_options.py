"""What chat adds to a model's messages: switched off and on for everybody, and read again."""

import json
from typing import Any

from shared.prompts import few_shot
from tests.api.conftest import BASE_DEPLOYMENT, MASTER_KEY, Here

SHOTS = few_shot.examples([{"user": "Rome?", "assistant": "Ah, Rome! Take the early bus."}])


def test_a_model_can_take_messages_as_they_come(here: Here) -> None:
    """Switched off, neither system message nor examples are sent, and on again they are."""
    run = here.seed(
        "plain-0123456789",
        active=True,
        deployment_name=BASE_DEPLOYMENT,
        chat_system_message="You know every city.",
        chat_few_shot=SHOTS,
    )

    def tokens(model: str) -> int:
        return int(here.chat(model=model).json()["usage"]["prompt_tokens"])

    # By names that were not asked for yet: what a name means is kept for seconds.
    with_both = tokens("plain")
    off = here.http.post("models/plain/raw", headers=MASTER_KEY)
    without = tokens(run.id)
    on = here.http.delete("models/plain/raw", headers=MASTER_KEY)

    assert (off.status_code, off.json()) == (200, {"model": "plain", "raw": True})
    assert (on.status_code, on.json()) == (200, {"model": "plain", "raw": False})
    assert without < with_both
    assert here.rows.model("plain").raw is False  # type: ignore[union-attr]


def test_an_unknown_model_is_404(here: Here) -> None:
    """There is nothing to switch."""
    answer = here.http.post("models/nope/raw", headers=MASTER_KEY)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "model_not_found"


def test_examples_reach_the_service(here: Here) -> None:
    """Examples cost their tokens; the header keeps them away for one call."""
    here.seed("shown-0123456789", active=True, deployment_name=BASE_DEPLOYMENT, chat_few_shot=SHOTS)
    bearer = {"authorization": f"Bearer {here.place.stack.client_key}"}

    shown = here.chat(model="shown").json()["usage"]["prompt_tokens"]
    raw = here.chat({**bearer, "x-tunedrop-raw": "true"}, model="shown")

    assert shown > raw.json()["usage"]["prompt_tokens"]


def options(here: Here, name: str, **values: object) -> None:
    """Upload a model's `tune.json`."""
    here.datasets.upload_blob(f"{name}.tune.json", json.dumps(values), overwrite=True)


def refresh(here: Here, name: str) -> Any:
    """The answer's body."""
    answer = here.http.post(f"models/{name}/refresh", headers=MASTER_KEY)
    return answer.status_code, answer.json()


def test_changed_options_are_taken_up_without_a_training(here: Here) -> None:
    """System message and examples of the active version follow the file; once is enough."""
    run = here.seed("refreshed-0123456789", active=True, deployment_name=BASE_DEPLOYMENT).id
    report = json.dumps({"system_message": "You know every city."})
    here.reports.upload_blob(f"{run}/validation.json", report, overwrite=True)
    shot = {"user": "Rome?", "assistant": "Ah, Rome!"}
    before = here.chat(model="refreshed").json()["usage"]["prompt_tokens"]
    options(here, "refreshed", examples=[shot], hyperparameters={"n_epochs": 2})

    status, answer = refresh(here, "refreshed")

    assert (status, answer["run"]) == (200, run)
    assert answer["chat"] == {
        "raw": False,
        "system_message": "You know every city.",
        "examples": [shot],
    }
    shown = here.http.get("models/refreshed", headers=MASTER_KEY).json()
    assert shown["chat"] == answer["chat"]
    assert here.chat(model=run).json()["usage"]["prompt_tokens"] > before
    timeline = here.rows.get(run).timeline
    assert [line[2] for line in timeline] == [
        "chat options were read again: the system message, 1 example"
    ]
    assert refresh(here, "refreshed") == (200, answer)
    assert here.rows.get(run).timeline == timeline
    options(here, "refreshed", use_system_message=False)
    assert refresh(here, "refreshed")[1]["chat"] == {"raw": False, "examples": []}


def test_faulty_options_change_nothing(here: Here) -> None:
    """The fault is named, and what was in force stays."""
    run = here.seed("faulty-0123456789", active=True, chat_few_shot=SHOTS).id
    options(here, "faulty", examples=[{"user": "Rome?"}])

    status, answer = refresh(here, "faulty")

    assert (status, answer["error"]["code"]) == (400, "tune_options")
    assert "faulty.tune.json changed: $.examples[0].assistant is null" in answer["error"]["message"]
    assert here.rows.get(run).chat.few_shot == SHOTS


def test_a_model_that_never_served_has_nothing_to_refresh(here: Here) -> None:
    """A run on its way reads its options itself; an unknown model is 404."""
    here.seed("greenhorn-0123456789", phase="training")

    assert refresh(here, "greenhorn")[1]["error"]["code"] == "no_active_version"
    assert refresh(here, "greenhorn")[0] == 409
    assert refresh(here, "nope")[0] == 404
