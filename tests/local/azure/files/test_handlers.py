"""Files over HTTP, as the openai SDK uses them."""

import http.server
import io
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError, OpenAI

from local.azure.files import state
from tests import dataset
from tests.dataset import DATASET
from tests.local.azure.emulator import EmulatorClient

GOOD = DATASET


def test_an_upload_is_pending_at_first_and_then_processed(openai: OpenAI) -> None:
    """The answer to the upload says pending; a later look says processed."""
    uploaded = openai.files.create(file=("brolly.jsonl", DATASET), purpose="fine-tune")

    found = openai.files.retrieve(uploaded.id)

    assert (uploaded.status, found.status) == ("pending", "processed")
    assert (found.filename, found.bytes, found.purpose) == ("brolly.jsonl", len(GOOD), "fine-tune")


def test_processing_goes_through_running_by_reads(azure: EmulatorClient) -> None:
    """With reads:2 two looks see the file unfinished and the third sees it processed."""
    azure.control("transitions", file="reads:2")
    file = azure.upload()

    seen = [azure.call_v1("GET", f"/files/{file}").json()["status"] for _ in range(3)]

    assert seen == ["pending", "running", "processed"]


def test_the_content_comes_back_as_it_was_sent(openai: OpenAI) -> None:
    """Every byte of an upload is kept."""
    content = bytes(range(256)) * 300 + b"\r\n--not a boundary--\r\n"

    file = openai.files.create(file=("b.bin", content), purpose="assistants")

    assert openai.files.content(file.id).content == content


def test_iterating_over_files_ends(openai: OpenAI) -> None:
    """The SDK asks for more pages unless has_more is false; it is, so each file is seen once."""
    names = [f"{number}.jsonl" for number in range(3)]
    for name in names:
        openai.files.create(file=(name, GOOD), purpose="fine-tune")

    found = [file.filename for file in openai.files.list()]

    assert sorted(found) == names


def test_files_are_listed_by_purpose(openai: OpenAI) -> None:
    """`purpose` selects."""
    openai.files.create(file=("a.jsonl", GOOD), purpose="fine-tune")
    wanted = openai.files.create(file=("b.txt", b"x"), purpose="assistants")

    found = [file.id for file in openai.files.list(purpose="assistants")]

    assert found == [wanted.id]


def test_a_deleted_file_is_gone(openai: OpenAI) -> None:
    """Deleting says so, and the next look finds nothing."""
    file = openai.files.create(file=("brolly.jsonl", DATASET), purpose="fine-tune")

    deleted = openai.files.delete(file.id)

    assert deleted.deleted
    with pytest.raises(NotFoundError):
        openai.files.retrieve(file.id)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "No valid json line found in file"),
        (b"\n \n", "No valid json line found in file"),
        (GOOD + b"\n{broken", "Line 11 is not valid JSON"),
        (b'["a list"]\n', "Line 1 is not a dictionary"),
        (GOOD + b'\n{"a": "\xff"}', "Line 11 is not valid UTF-8"),
    ],
)
def test_a_file_that_is_not_jsonl_ends_in_error(
    openai: OpenAI, content: bytes, reason: str
) -> None:
    """Processing fails and the details name the line."""
    file = openai.files.create(file=("bad.jsonl", content), purpose="fine-tune")

    found = openai.files.retrieve(file.id)

    assert found.status == "error"
    assert reason in str(found.status_details)


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_does_no_harm(openai: OpenAI, prefix: bytes) -> None:
    """Files are taken with and without a byte order mark."""
    file = openai.files.create(file=("a.jsonl", prefix + GOOD), purpose="fine-tune")

    assert openai.files.retrieve(file.id).status == "processed"


def test_an_unknown_purpose_is_refused(azure: EmulatorClient) -> None:
    """A purpose that uploads cannot have is a 400 that names it."""
    answer = azure.call_v1("POST", "/files", data={"purpose": "fun"}, files={"file": ("a", b"x")})

    assert answer.status_code == 400
    assert "'fun'" in answer.json()["error"]["message"]


def test_a_form_without_file_is_refused(azure: EmulatorClient) -> None:
    """A form that lacks the file is a 400 that says so."""
    answer = azure.call_v1(
        "POST", "/files", data={"purpose": "fine-tune"}, files={"other": ("a", b"x")}
    )

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "file"


def test_a_body_that_is_no_form_is_refused(azure: EmulatorClient) -> None:
    """JSON where a form is wanted is a 400 that says so."""
    answer = azure.call_v1("POST", "/files", json={"purpose": "fine-tune"})

    assert answer.status_code == 400
    assert "multipart/form-data" in answer.json()["error"]["message"]


def test_the_dated_plane_answers_201_with_a_location(azure: EmulatorClient) -> None:
    """What is made has an address on the dated API, and the address works."""
    answer = azure.call_dated(
        "POST", "/files", data={"purpose": "fine-tune"}, files={"file": ("a.jsonl", GOOD)}
    )

    found = azure.http.get(answer.headers["location"])

    assert answer.status_code == 201
    assert found.json()["id"] == answer.json()["id"]


def test_the_dated_sdk_lists_files(dated_openai: AzureOpenAI) -> None:
    """The dated client, which sends `api-key`, sees its files and stops."""
    file = dated_openai.files.create(file=("brolly.jsonl", DATASET), purpose="fine-tune")

    assert [one.id for one in dated_openai.files.list()] == [file.id]


def test_the_number_of_files_is_limited(
    azure: EmulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file more than the limit is refused until another is deleted."""
    monkeypatch.setattr(state, "MAX_FILES", 2)
    first = azure.upload()
    azure.upload()

    with pytest.raises(httpx.HTTPStatusError) as refused:
        azure.upload()
    azure.call_v1("DELETE", f"/files/{first}")

    assert refused.value.response.json()["error"]["code"] == "quotaExceeded"
    assert azure.upload()


def test_all_files_together_are_limited(
    azure: EmulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that would exceed the total is refused and leaves nothing behind."""
    monkeypatch.setattr(state, "MAX_TOTAL_BYTES", len(GOOD) + 10)
    azure.upload()

    with pytest.raises(httpx.HTTPStatusError) as refused:
        azure.upload()

    assert "total size" in refused.value.response.json()["error"]["message"]
    assert len(azure.call_v1("GET", "/files").json()["data"]) == 1


def test_large_file_in_one_form_is_answered_with_500(
    azure: EmulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 150 MB on the service fails when all has arrived; nothing is kept of it."""
    monkeypatch.setattr(state, "LARGE_FORM_BYTES", len(GOOD))

    with pytest.raises(httpx.HTTPStatusError) as refused:
        azure.upload(GOOD)

    assert refused.value.response.status_code == 500
    assert refused.value.response.json()["error"]["code"] == "InternalServerError"
    assert azure.look("state")["files"] == []
    assert azure.upload(GOOD[:-1])


def test_large_file_in_one_form_is_accepted_on_request(
    start: Callable[..., EmulatorClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With large forms accepted, the limit of 512 MB is the only one."""
    monkeypatch.setattr(state, "LARGE_FORM_BYTES", 1)

    assert start(large_forms=True).upload(GOOD)


@pytest.mark.parametrize("field", ["filename", "content_url"])
def test_an_import_without_name_or_address_is_refused(azure: EmulatorClient, field: str) -> None:
    """400 that names the field."""
    body = {"purpose": "fine-tune", "filename": "a", "content_url": "http://127.0.0.1:9/"}

    answer = azure.call_dated("POST", "/files/import", json=body | {field: ""})

    assert (answer.status_code, answer.json()["error"]["target"]) == (400, field)


def test_v1_has_no_import(azure: EmulatorClient) -> None:
    """As at the service: 404 Resource not found."""
    answer = azure.call_v1("POST", "/files/import", json={})

    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Resource not found"


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    """The address of a folder with one dataset, `/brolly.jsonl`."""
    handler = partial(
        http.server.SimpleHTTPRequestHandler, directory=str(dataset.write(tmp_path).parent)
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_an_import_reads_the_address(
    azure: EmulatorClient, dated_openai: AzureOpenAI, source: str
) -> None:
    """A file can be taken from an address instead of a body."""
    body = {
        "purpose": "fine-tune",
        "filename": "a.jsonl",
        "content_url": f"{source}/brolly.jsonl?sig=s3cret",
    }

    answer = azure.call_dated("POST", "/files/import", json=body)

    identity = answer.json()["id"]
    assert answer.status_code == 201
    assert dated_openai.files.retrieve(identity).status == "processed"
    assert dated_openai.files.content(identity).content == GOOD


@pytest.mark.parametrize("address", ["{source}/none?sig=s3cret", "ftp://x", "http://127.0.0.1:9/"])
def test_an_import_that_fails_says_why(azure: EmulatorClient, source: str, address: str) -> None:
    """The address is named, without the signature that it carries, and nothing is kept."""
    body = {
        "purpose": "fine-tune",
        "filename": "a.jsonl",
        "content_url": address.format(source=source),
    }

    answer = azure.call_dated("POST", "/files/import", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "fileImportFailed"
    assert "s3cret" not in answer.text
    assert azure.look("state")["files"] == []


def test_content_is_refused_while_it_is_processed(azure: EmulatorClient) -> None:
    """A file that is not processed yet has no content to give."""
    azure.control("transitions", file="reads:9")
    file = azure.upload()

    answer = azure.call_v1("GET", f"/files/{file}/content")

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "unexpectedEntityState"


def test_an_upload_without_name_is_refused(openai: OpenAI) -> None:
    """A file without a name is a 400."""
    with pytest.raises(BadRequestError):
        openai.files.create(file=("", io.BytesIO(b"x")), purpose="fine-tune")
