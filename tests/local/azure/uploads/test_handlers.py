"""Uploads in parts over HTTP, as the openai SDK uses them on the dated API."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import APIStatusError, AzureOpenAI, BadRequestError, NotFoundError

from local.azure.files import state
from local.azure.uploads import handlers
from local.azure.uploads import state as uploads
from tests.dataset import DATASET
from tests.local.azure.emulator import DATED, KEY, EmulatorClient

GOOD = DATASET
MD5 = hashlib.md5(GOOD, usedforsecurity=False).hexdigest()
HALVES = (GOOD[:4000], GOOD[4000:])


def begin(dated_openai: AzureOpenAI, size: int = len(GOOD)) -> str:
    """Announces a file."""
    return dated_openai.uploads.create(
        bytes=size, filename="big.jsonl", mime_type="application/jsonl", purpose="fine-tune"
    ).id


def parts(dated_openai: AzureOpenAI, upload: str) -> list[str]:
    """Sends both halves."""
    return [dated_openai.uploads.parts.create(upload, data=half).id for half in HALVES]


def test_parts_become_a_file(dated_openai: AzureOpenAI) -> None:
    """The parts in the order given are the content of a new file."""
    upload = begin(dated_openai)
    sent = parts(dated_openai, upload)

    done = dated_openai.uploads.complete(upload, part_ids=sent, md5=MD5)

    assert done.status == "completed"
    assert done.file is not None
    assert dated_openai.files.content(done.file.id).content == GOOD
    assert dated_openai.files.retrieve(done.file.id).status == "processed"


def test_the_order_of_the_parts_is_the_callers(
    azure: EmulatorClient, dated_openai: AzureOpenAI
) -> None:
    """Parts may arrive in any order."""
    upload = begin(dated_openai)
    second = dated_openai.uploads.parts.create(upload, data=HALVES[1]).id
    first = dated_openai.uploads.parts.create(upload, data=HALVES[0]).id

    done = dated_openai.uploads.complete(upload, part_ids=[first, second])

    assert done.file is not None
    assert dated_openai.files.content(done.file.id).content == GOOD


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"part_ids": ["part-none"]}, "does not belong"),
        ({"md5": "0" * 32}, "checksum"),
        ({"part_ids": []}, "non-empty"),
    ],
)
def test_what_does_not_fit_is_refused(
    dated_openai: AzureOpenAI, change: dict[str, Any], text: str
) -> None:
    """A strange part or a wrong checksum is a 400, and the upload can still be completed."""
    upload = begin(dated_openai)
    sent = parts(dated_openai, upload)

    with pytest.raises(BadRequestError) as refused:
        dated_openai.uploads.complete(upload, **{"part_ids": sent, **change})

    assert text in refused.value.message
    assert dated_openai.uploads.complete(upload, part_ids=sent).status == "completed"


def test_parts_have_to_add_up(dated_openai: AzureOpenAI) -> None:
    """The size that was announced is the size that is wanted."""
    upload = begin(dated_openai, size=len(GOOD) + 1)

    with pytest.raises(BadRequestError, match="were announced"):
        dated_openai.uploads.complete(upload, part_ids=parts(dated_openai, upload))


def test_a_cancelled_upload_takes_no_parts(dated_openai: AzureOpenAI) -> None:
    """Nor can it be completed."""
    upload = begin(dated_openai)

    cancelled = dated_openai.uploads.cancel(upload)

    assert cancelled.status == "cancelled"
    with pytest.raises(BadRequestError, match="cancelled"):
        parts(dated_openai, upload)


def test_an_upload_expires_after_two_hours(
    azure: EmulatorClient, dated_openai: AzureOpenAI
) -> None:
    """Its parts come too late then."""
    upload = begin(dated_openai)

    azure.control("clock", advance=2 * 3600 + 1)

    with pytest.raises(BadRequestError, match="expired"):
        parts(dated_openai, upload)


def test_the_parts_of_an_expired_upload_are_deleted(
    start: Callable[..., EmulatorClient], tmp_path: Path
) -> None:
    """The next upload removes what was sent and never completed."""
    azure = start()
    with AzureOpenAI(azure_endpoint=azure.url, api_key=KEY, api_version=DATED) as dated_openai:
        parts(dated_openai, begin(dated_openai))
        kept = len(list((tmp_path / "state" / "files").iterdir()))

        azure.control("clock", advance=2 * 3600 + 1)
        begin(dated_openai)

    assert kept == 2
    assert list((tmp_path / "state" / "files").iterdir()) == []


def test_what_an_upload_becomes_is_gone_after_its_lifetime(
    azure: EmulatorClient, dated_openai: AzureOpenAI
) -> None:
    """The announcement says how long the file is kept, counted from its own creation."""
    upload = dated_openai.uploads.create(
        bytes=len(GOOD),
        filename="big.jsonl",
        mime_type="application/jsonl",
        purpose="fine-tune",
        expires_after={"anchor": "created_at", "seconds": 3600},
    ).id
    azure.control("clock", advance=1800)
    file = dated_openai.uploads.complete(upload, part_ids=parts(dated_openai, upload)).file
    assert file is not None

    azure.control("clock", advance=3500)
    there = dated_openai.files.retrieve(file.id)
    azure.control("clock", advance=101)

    assert there.expires_at == file.created_at + 3600
    with pytest.raises(NotFoundError):
        dated_openai.files.retrieve(file.id)


def test_a_part_has_a_limit(dated_openai: AzureOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part above it is refused and nothing is kept of it."""
    monkeypatch.setattr(handlers, "MAX_PART", 1000)
    upload = begin(dated_openai)

    with pytest.raises(APIStatusError, match="at most 1000 bytes"):
        parts(dated_openai, upload)


def test_all_parts_together_have_a_limit(
    dated_openai: AzureOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that takes an upload above it is refused, and the others can still be completed."""
    monkeypatch.setattr(uploads, "MAX_UPLOAD_BYTES", len(GOOD))
    upload = begin(dated_openai)
    sent = parts(dated_openai, upload)

    with pytest.raises(APIStatusError) as refused:
        dated_openai.uploads.parts.create(upload, data=b"x")

    assert refused.value.status_code == 413
    assert dated_openai.uploads.complete(upload, part_ids=sent).status == "completed"


def test_large_file_goes_in_parts_where_a_form_fails(
    azure: EmulatorClient, dated_openai: AzureOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both dated ways accept what one multipart form answers with 500."""
    monkeypatch.setattr(state, "LARGE_FORM_BYTES", len(GOOD))
    with pytest.raises(httpx.HTTPStatusError):
        azure.upload(GOOD)
    upload = begin(dated_openai)

    done = dated_openai.uploads.complete(upload, part_ids=parts(dated_openai, upload), md5=MD5)

    assert done.file is not None
    assert dated_openai.files.retrieve(done.file.id).status == "processed"


def test_an_unknown_upload_is_not_found(dated_openai: AzureOpenAI) -> None:
    """404."""
    with pytest.raises(NotFoundError):
        dated_openai.uploads.cancel("upload-none")


@pytest.mark.parametrize(
    "change",
    [
        {"bytes": 0},
        {"bytes": 8 * 2**30 + 1},
        {"filename": ""},
        {"purpose": "fun"},
        {"mime_type": ""},
        {"mime_type": None},
        {"expires_after": 3600},
    ],
)
def test_a_wrong_announcement_is_refused(azure: EmulatorClient, change: dict[str, Any]) -> None:
    """400 for size, name, purpose, media type or lifetime."""
    body = {"bytes": 9, "filename": "a", "purpose": "fine-tune", "mime_type": "x", **change}

    assert azure.call_dated("POST", "/uploads", json=body).status_code == 400


def test_v1_has_no_uploads(azure: EmulatorClient) -> None:
    """As at the service: 404 Resource not found."""
    answer = azure.call_v1("POST", "/uploads", json={})

    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Resource not found"


def test_an_upload_becomes_one_file_however_many_complete_it(azure: EmulatorClient) -> None:
    """One caller has the file, the others hear that the upload is over."""
    content = GOOD * 300  # takes a while to read, so that all come in between
    version = f"?api-version={DATED}"
    body = {"purpose": "fine-tune", "filename": "a", "bytes": len(content), "mime_type": "x"}
    upload = azure.http.post(f"/openai/uploads{version}", json=body).json()["id"]
    url = f"/openai/uploads/{upload}"
    part = azure.http.post(f"{url}/parts{version}", files={"data": ("x", content)}).json()["id"]

    def complete(_: int) -> int:
        request = {"part_ids": [part]}
        return azure.http.post(f"{url}/complete{version}", json=request).status_code

    with ThreadPoolExecutor(4) as threads:
        seen = sorted(threads.map(complete, range(4)))

    assert seen == [200, 400, 400, 400]
    assert len(azure.call_v1("GET", "/files").json()["data"]) == 1
