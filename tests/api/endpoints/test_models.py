"""Models with the lineage of their versions, and their cards, on a running app."""

import re
from typing import Any

import jsonschema
import pytest

from api.openapi import specification
from shared.registry import Model
from shared.registry.parts import Checkpoint, Example, Summary, TrainingCharge
from shared.registry.state import Phase
from tests.api.conftest import BASE_DEPLOYMENT, FUNCTION_KEY, Here
from tests.runs import at

HOSTILE = "<script>alert(1)</script> | *bold* [link](http://x)\n# Heading"
SUMMARY = Summary(text="Of 5 prompts: a win rate of 80 %.", win_rate=0.8, score=0.5)
CHECKPOINTS: list[dict[str, Any]] = [
    {"id": "ftchkpt-1", "model": "m", "step": 80, "train_loss": 0.1, "valid_loss": 0.4},
    {"id": "m.ft-1", "model": "m", "step": 100, "train_loss": 0.05, "valid_loss": 0.6},
]


def lineage(here: Here, name: str) -> None:
    """A model with two versions; the newer one failed its gate."""
    here.seed(
        f"{name}-aaaaaaaaaa",
        created="2026-11-01T00:00:00.000Z",
        dataset_etag="0x8D",
        dataset_sha256="ab" * 32,
        dataset_size=1000,
        dataset_examples=10,
        dataset_tokens=500,
        training_base_model="gpt-4.1-mini-2025-04-14",
        training_type="Standard",
        training_epochs=3,
        training_file="file-1",
        training_job_id="ftjob-1",
        training_job_status="succeeded",
        training_tuned_model="m.ft-1",
        training_trained_tokens=1500,
        training_charges=(TrainingCharge("ftjob-1", at("2026-11-01T01:00:00Z"), "Standard", 1500),),
        training_hyperparameters={"n_epochs": 3, "seed": 7},
        training_checkpoints=tuple(Checkpoint(**one) for one in CHECKPOINTS),
        training_checkpoint="ftchkpt-1",
        training_checkpoint_reason="The training overfits.",
        deployment_name=f"{name}-aaaaaaaaaa",
        deployment_created="2026-11-01T02:00:00.000Z",
        deployment_last_used="2026-11-20T00:00:00.000Z",
        chat_system_message=HOSTILE,
        chat_few_shot=(Example("Where?", "Here."),),
        evaluation_summary=SUMMARY,
        evaluation_gate="win_rate>=0.5",
        evaluation_verdict="passed",
        evaluation_reason="The gate win_rate>=0.5 is passed.",
    )
    here.seed(
        f"{name}-bbbbbbbbbb",
        created="2026-11-02T00:00:00.000Z",
        phase=Phase.SUPERSEDED,
        evaluation_gate="win_rate>=0.5",
        evaluation_verdict="failed",
        error_code="gate_failed",
        error_message="no",
    )
    here.rows.put_model(None, Model(model=name, active=f"{name}-aaaaaaaaaa", raw=False))


def get(here: Here, path: str) -> Any:
    """The JSON of an endpoint."""
    answer = here.http.get(path, headers=FUNCTION_KEY)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fits(body: object, name: str) -> None:
    """A body is what the document promises."""
    schemas = specification()["components"]["schemas"]
    jsonschema.validate(
        body, {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    )


def test_lineage_of_a_model(here: Here) -> None:
    """Every version has its bytes, files, job, models, checkpoints, evaluation, use and costs."""
    lineage(here, "line")

    found = get(here, "models/line")

    fits(found, "ModelDetail")
    assert (found["active"], found["phase"], found["versions"]) == (
        "line-aaaaaaaaaa", "serving", 2
    )  # fmt: skip
    newer, older = found["lineage"]
    assert (newer["active"], newer["evaluation"]["gate"]["verdict"], newer["error"]["code"]) == (
        False, "failed", "gate_failed"
    )  # fmt: skip
    assert older["data"]["etag"] == "0x8D"
    assert older["data"]["sha256"] == "ab" * 32
    assert older["training"]["job"] == "ftjob-1"
    assert older["training"]["hyperparameters"] == {"n_epochs": 3, "seed": 7}
    assert older["training"]["checkpoints"][0]["valid_loss"] == 0.4
    assert older["training"]["deployed_checkpoint"] == "ftchkpt-1"
    assert older["evaluation"]["summary"] == SUMMARY.to_dict()
    assert older["deployment"]["name"] == "line-aaaaaaaaaa"
    assert older["last_used"] == "2026-11-20T00:00:00.000Z"
    assert older["costs"]["actual"]["training"]["at_least_usd"] >= 0
    assert older["links"]["report"].endswith("/api/runs/line-aaaaaaaaaa/report")
    assert found["chat"]["system_message"] == HOSTILE
    assert found["chat"]["examples"] == [{"user": "Where?", "assistant": "Here."}]


def test_who_asked_for_what(here: Here) -> None:
    """Chats are shown with the version that answered, by the name of the client key."""
    here.seed("asked-aaaaaaaaaa", phase=Phase.SUPERSEDED, deployment_name=BASE_DEPLOYMENT)
    here.seed("asked-bbbbbbbbbb", active=True, deployment_name=BASE_DEPLOYMENT)
    for model in ("asked", "asked", "asked-aaaaaaaaaa"):
        assert here.chat(model=model).status_code == 200

    found = {one["run"]: one["usage_by_key"] for one in get(here, "models/asked")["lineage"]}

    costs = [one["costs"]["actual"]["chat"] for one in get(here, "models/asked")["lineage"]]
    assert all(one["at_least_usd"] or one["unknown"] for one in costs), costs
    (name,) = {line["name"] for lines in found.values() for line in lines}
    counts = {run: [line["requests"] for line in lines] for run, lines in found.items()}
    assert counts == {"asked-aaaaaaaaaa": [1], "asked-bbbbbbbbbb": [2]}
    card = here.http.get("models/asked/card", headers=FUNCTION_KEY).text
    assert f"chats of key {name}: 2" in card


def test_models_are_listed(here: Here) -> None:
    """Models are listed by name, one that never served too."""
    lineage(here, "shelf")
    here.seed("unserved-0123456789", phase=Phase.TRAINING)

    found = get(here, "models")

    fits(found, "ModelSummaries")
    models = {one["model"]: one for one in found["models"]}
    assert list(models) == sorted(models)
    assert models["shelf"]["active"] == "shelf-aaaaaaaaaa"
    assert models["unserved"] == {"model": "unserved", "versions": 1}


def test_card_is_markdown_without_foreign_markup(here: Here) -> None:
    """The card says the same; what comes from a dataset is text in it."""
    lineage(here, "card")

    answer = here.http.get("models/card/card", headers=FUNCTION_KEY)

    text = answer.text
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# card", "## Data", "## Training", "## Evaluation", "## Costs and use",
        "## What chat adds", "## Versions",
    ]  # fmt: skip
    assert "80 %" in text
    assert re.search(r"(?<!\\)<", text) is None
    assert r"\<script\>alert(1)\</script\> \| \*bold\* \[link\](http\://x) \# Heading" in text
    assert text.count("| card-") == 2
    assert "checkpoint reason" in text


def test_card_moves_no_cursor(here: Here) -> None:
    """Control characters of a dataset are shown as escapes, since cards are read in terminals."""
    hidden = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202eabc"
    run = "terminal-aaaaaaaaaa"
    here.seed(run, chat_system_message=hidden, deployment_name=run)
    here.rows.put_model(None, Model(model="terminal", active=run))

    text = here.http.get("models/terminal/card", headers=FUNCTION_KEY).text

    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    assert r"\\x1b\]0;owned\\x07\\x1b\[2J\\x9b31m\\u202eabc" in text


def test_card_of_a_model_that_never_served(here: Here) -> None:
    """It has its versions, and says that none serves."""
    here.seed("young-0123456789", phase=Phase.TRAINING)

    text = here.http.get("models/young/card", headers=FUNCTION_KEY).text

    assert "No version of this model serves." in text
    assert "young-0123456789" in text


@pytest.mark.parametrize("path", ["models/nope", "models/nope/card", "models/it's"])
def test_unknown_models(here: Here, path: str) -> None:
    """A model that does not exist, or could not, is 404."""
    answer = here.http.get(path, headers=FUNCTION_KEY)

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
