"""How long files are kept: `expires_after` over HTTP, as the openai SDK sends it."""

import pytest
from openai import NotFoundError, OpenAI
from openai.types.file_create_params import ExpiresAfter

from tests.dataset import DATASET
from tests.local.azure.emulator import EmulatorClient

GOOD = DATASET


def test_a_file_is_gone_after_its_lifetime(azure: EmulatorClient, openai: OpenAI) -> None:
    """`expires_after` counts from the creation; the file says when, and then it is not found."""
    expiry: ExpiresAfter = {"anchor": "created_at", "seconds": 7200}
    kept = openai.files.create(file=("brolly.jsonl", DATASET), purpose="fine-tune")
    file = openai.files.create(
        file=("brolly.jsonl", DATASET), purpose="fine-tune", expires_after=expiry
    )

    azure.control("clock", advance=7100)
    before = openai.files.retrieve(file.id)
    azure.control("clock", advance=101)

    assert before.expires_at == file.created_at + 7200
    assert [one.id for one in openai.files.list()] == [kept.id]
    with pytest.raises(NotFoundError):
        openai.files.content(file.id)


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_after[seconds]": "7200"},
        {"expires_after[seconds]": "60", "expires_after[anchor]": "created_at"},
        {"expires_after[seconds]": "soon", "expires_after[anchor]": "created_at"},
        {"expires_after[seconds]": "7200", "expires_after[anchor]": "last_active_at"},
    ],
)
def test_a_lifetime_that_cannot_be_is_refused(
    azure: EmulatorClient, fields: dict[str, str]
) -> None:
    """An hour to thirty days, from the creation."""
    data = {"purpose": "fine-tune", **fields}

    answer = azure.call_v1("POST", "/files", data=data, files={"file": ("a.jsonl", GOOD)})

    assert answer.status_code == 400
    assert "expires_after" in answer.json()["error"]["message"]
    assert azure.call_v1("GET", "/files").json()["data"] == []
