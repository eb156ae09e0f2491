"""Bodies and addresses that no right request has: each gets a clear refusal."""

from pathlib import Path
from typing import Any

import pytest

from local.azure.fine_tuning import handlers
from local.azure.fine_tuning.training_examples import read_training_examples
from local.azure.metrics import query
from tests.local.azure.emulator import ACCOUNT, DATED, MODEL, EmulatorClient

JOBS = "/fine_tuning/jobs"


def create_job(azure: EmulatorClient, **body: Any) -> Any:
    """The answer to a job on a good file with something else in its body."""
    job = {"model": MODEL, "training_file": azure.upload(), "trainingType": "Standard"}
    return azure.call_v1("POST", JOBS, json=job | body)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have_are_refused(azure: EmulatorClient, number: str) -> None:
    """Kept once, such a number would break every list of jobs from then on."""
    body = f'{{"model": "{MODEL}", "integrations": [{number}], "training_file": "x"}}'

    answer = azure.call_v1("POST", JOBS, content=body)

    assert answer.status_code == 400
    assert "not valid JSON" in answer.json()["error"]["message"]
    assert azure.call_v1("GET", JOBS).json()["data"] == []


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"integrations": "wandb"}, "integrations"),
        ({"integrations": [{"type": "other"}]}, "integrations"),
        ({"integrations": [{"type": "wandb", "wandb": {}}]}, "integrations"),
        ({"method": {"type": "dpo", "dpo": "x"}}, "method.dpo"),
        ({"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": "x"}}}}, "beta"),
        ({"hyperparameters": {"n_epochs": 0}}, "n_epochs"),
        ({"hyperparameters": {"batch_size": 1.5}}, "batch_size"),
        ({"hyperparameters": {"reasoning_effort": "most"}}, "reasoning_effort"),
    ],
)
def test_a_job_that_cannot_be_is_refused(azure: EmulatorClient, body: Any, param: str) -> None:
    """The refusal names the field."""
    answer = create_job(azure, **body)

    azure.recorder.exchanges.clear()
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_a_job_may_name_a_project_of_weights_and_biases(azure: EmulatorClient) -> None:
    """An integration that is complete comes back in the job."""
    wandb = [{"type": "wandb", "wandb": {"project": "p"}}]

    assert create_job(azure, integrations=wandb).json()["integrations"] == wandb


@pytest.mark.parametrize("limit", ["9" * 5000, "0", "-1", "x", "101"])
def test_a_limit_that_is_none_is_refused(azure: EmulatorClient, limit: str) -> None:
    """However long it is."""
    assert azure.call_v1("GET", JOBS, params={"limit": limit}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/openai/v1/files/",
        "/openai/v1/models/",
        "/openai/files?api-version=banana",
        f"/openai/files/?api-version={DATED}",
        "/openai/v1/nothing",
    ],
)
def test_an_address_that_is_none_is_not_found(azure: EmulatorClient, path: str) -> None:
    """A slash too many or a strange version is a 404, marked as every answer is."""
    answer = azure.http.get(path, follow_redirects=False)

    azure.recorder.exchanges.clear()  # the description knows no such code
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "404")
    assert answer.headers["x-emulated"] == "true"
    assert answer.headers["apim-request-id"]


def test_a_strange_version_of_the_management_plane_is_refused(azure: EmulatorClient) -> None:
    """Azure Resource Manager says which parameter it is."""
    answer = azure.http.get(f"{ACCOUNT}/deployments?api-version=banana")

    assert (answer.status_code, answer.json()["error"]["code"]) == (
        400,
        "InvalidApiVersionParameter",
    )


@pytest.mark.parametrize("url", ["http://[", "http://host\0/a b", "http://127.0.0.1:1/x"])
def test_an_import_from_no_address_is_refused(azure: EmulatorClient, url: str) -> None:
    """An address that cannot be read is the caller's fault."""
    body = {"purpose": "fine-tune", "filename": "a.jsonl", "content_url": url}

    answer = azure.http.post(f"/openai/files/import?api-version={DATED}", json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "fileImportFailed")


def test_an_upload_without_its_data_or_with_a_strange_checksum_is_refused(
    azure: EmulatorClient,
) -> None:
    """A part is in the field `data`, a checksum is a string."""
    version = f"?api-version={DATED}"
    body = {"purpose": "fine-tune", "filename": "a", "bytes": 3, "mime_type": "text/plain"}
    upload = azure.http.post(f"/openai/uploads{version}", json=body).json()["id"]
    parts = f"/openai/uploads/{upload}/parts{version}"

    wrong = azure.http.post(parts, files={"file": ("x", b"abc")})
    part = azure.http.post(parts, files={"data": ("x", b"abc")}).json()["id"]
    done = azure.http.post(
        f"/openai/uploads/{upload}/complete{version}", json={"part_ids": [part], "md5": 5}
    )

    azure.recorder.exchanges.clear()
    assert (wrong.status_code, wrong.json()["error"]["target"]) == (400, "data")
    assert (done.status_code, done.json()["error"]["target"]) == (400, "md5")


def test_a_form_may_be_named_in_any_case(azure: EmulatorClient) -> None:
    """The type of a body has no case."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{}\r\n--b--'
    )
    kind = {"content-type": "Multipart/Form-Data; Boundary=b"}

    assert azure.http.post("/openai/v1/files", content=body, headers=kind).status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"timespan": "2000-01-01T00:00:00Z/2026-11-01T00:00:00Z", "interval": "PT1M"},
        {"aggregation": "sum"},
        {"$filter": "StatusCode eq '*'", "top": "9" * 5000},
    ],
)
def test_a_question_about_metrics_that_is_too_much_is_refused(
    azure: EmulatorClient, parameters: dict[str, str]
) -> None:
    """Millions of points would hold everybody else up for minutes."""
    answer = azure.call_arm("GET", "/providers/Microsoft.Insights/metrics", params=parameters)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


def test_all_minutes_that_are_kept_can_be_asked_for() -> None:
    """The limit is what Monitor keeps."""
    span = {"starttime": "2026-01-01T00:00:00Z", "endtime": "2026-04-04T00:00:00Z"}

    assert query.read_query(span, 0.0).step == 60


def test_a_patch_cannot_give_a_sku_that_is_none(azure: EmulatorClient) -> None:
    """What a PUT refuses, a PATCH refuses too, and the deployment stays as it was."""
    azure.deploy_tuned_model("mine")
    body = {"sku": {"name": "Nonsense", "capacity": 3}}

    answer = azure.call_arm("PATCH", "/deployments/mine", json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (
        400,
        "InvalidResourceProperties",
    )
    assert azure.call_arm("GET", "/deployments/mine").json()["sku"]["name"] != "Nonsense"


def test_a_tuned_model_has_version_1_only(azure: EmulatorClient) -> None:
    """Another version of it does not exist, and nothing is deployed."""
    name = azure.job(azure.train())["fine_tuned_model"]
    model = {"format": "OpenAI", "name": name, "version": "7"}
    body = {"sku": {"name": "Standard", "capacity": 5}, "properties": {"model": model}}

    answer = azure.call_arm("PUT", "/deployments/mine", json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (
        400,
        "DeploymentModelNotSupported",
    )
    assert azure.call_arm("GET", "/deployments/mine").status_code == 404


def test_a_refused_quota_names_the_model(azure: EmulatorClient) -> None:
    """The quota has the service's own name of the model, whose dot is no end of a sentence."""
    sku = {"name": "GlobalStandard", "capacity": 10**6}

    answer = azure.call_arm("PATCH", "/deployments/gpt-4.1-mini", json={"sku": sku})

    assert "(thousands) - gpt4.1-mini," in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "grader",
    [
        {"type": "python", "source": 5},
        {"type": "score_model", "name": "a", "model": 5, "input": "x"},
    ],
)
def test_a_grader_of_the_wrong_types_is_refused(
    azure: EmulatorClient, grader: dict[str, Any]
) -> None:
    """A text is a text."""
    path = "/fine_tuning/alpha/graders/validate"

    answer = azure.call_v1("POST", path, json={"grader": grader})

    azure.recorder.exchanges.clear()
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {"advance": 1e18}),
        ("clock", {"advance": 10**400}),
        ("faults", {"delay": -1}),
        ("faults", {"times": -1}),
        ("faults", {"probability": 5}),
    ],
)
def test_the_control_api_refuses_what_it_could_not_do(
    azure: EmulatorClient, path: str, body: dict[str, Any]
) -> None:
    """A clock beyond all dates would leave a state in which nothing can be answered."""
    answer = azure.http.post(f"/control/{path}", json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "badControl")
    assert azure.look("faults") == {"faults": []}


def test_the_log_of_requests_refuses_a_number_beyond_all(azure: EmulatorClient) -> None:
    """A number that the database could not hold is the caller's fault."""
    assert azure.http.get("/control/requests?after=" + "9" * 30).status_code == 400


def test_resources_of_a_batch_are_texts(azure: EmulatorClient) -> None:
    """A number is no resource."""
    path = "/subscriptions/s/metrics:getBatch?api-version=2024-02-01"

    assert azure.http.post(path, json={"resourceids": [5]}).status_code == 400


@pytest.mark.parametrize("body", [{"n": 1.5}, {"max_tokens": 2.5}])
def test_a_chat_counts_in_whole_numbers(azure: EmulatorClient, body: dict[str, Any]) -> None:
    """Half an answer cannot be requested."""
    answer = azure.chat("gpt-4.1-mini", **body)

    azure.recorder.exchanges.clear()
    assert answer.json()["error"]["param"] == next(iter(body))


def test_a_file_that_is_deleted_while_a_job_reads_it_is_missing(
    azure: EmulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job is refused as for a file that was never there."""

    def late(path: Path, examples: int) -> Any:
        path.unlink()
        return read_training_examples(path, examples)

    monkeypatch.setattr(handlers, "read_training_examples", late)

    answer = create_job(azure)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "training_file")
    assert azure.call_v1("GET", JOBS).json()["data"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"stop": ["a", "b", "c", "d", "e"]},
        {"tool_choice": 5},
        {"tool_choice": "always"},
        {"tool_choice": {"type": "function", "function": 5}},
    ],
)
def test_a_chat_is_held_against_its_description(
    azure: EmulatorClient, body: dict[str, Any]
) -> None:
    """Four stops at most, and a choice of tools that can be made."""
    answer = azure.chat("gpt-4.1-mini", **body)

    azure.recorder.exchanges.clear()
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, next(iter(body)))
