"""Datasets on a real Azurite: facts, pinned reads, companions."""

import hashlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from azure.storage.blob import ContainerClient, ContentSettings

from shared.clients.storage import BlobFacts, datasets
from shared.clients.storage.account import PIECE
from shared.errors import ServiceError


def _facts(name: str) -> BlobFacts:
    found = datasets().facts(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "name", ["brolly.jsonl", "my data.jsonl", "Größe/日本.jsonl", "a%20b#c?.jsonl"]
)
def test_facts_of_a_blob_of_any_name(container: ContainerClient, name: str) -> None:
    """Facts hold for names with spaces, other letters and signs; the ETag has no quotes."""
    container.upload_blob(name, b"12345")

    found = _facts(name)

    assert (found.name, found.size) == (name, 5)
    assert found.etag
    assert '"' not in found.etag
    assert abs(found.modified - datetime.now(UTC)) < timedelta(minutes=5)


def test_md5_is_given_when_the_uploader_set_it(container: ContainerClient) -> None:
    """The content's MD5 is bytes."""
    digest = hashlib.md5(b"12345", usedforsecurity=False).digest()
    settings = ContentSettings(content_md5=bytearray(digest))
    container.upload_blob("a.jsonl", b"12345", content_settings=settings)

    assert _facts("a.jsonl").content_md5 == digest


def test_missing_blob_and_missing_container_have_no_facts() -> None:
    """What is not there is None, not an error, even before anybody made the container."""
    assert datasets().facts("a.jsonl") is None
    assert not datasets().exists("a.jsonl")


def test_exists(container: ContainerClient) -> None:
    """A blob that is there exists."""
    container.upload_blob("a.jsonl", b"x")

    assert datasets().exists("a.jsonl")


def test_chunks_are_the_whole_blob_in_pieces(container: ContainerClient) -> None:
    """A large blob comes in pieces of 4 MiB that join to its bytes."""
    data = bytes(range(256)) * (PIECE // 256) * 2 + b"end"
    container.upload_blob("a.jsonl", data)

    pieces = list(datasets().chunks("a.jsonl", _facts("a.jsonl").etag))

    assert [len(piece) for piece in pieces] == [PIECE, PIECE, 3]
    assert b"".join(pieces) == data


def test_empty_blob_has_no_bytes(container: ContainerClient) -> None:
    """An empty dataset is read without an error."""
    container.upload_blob("a.jsonl", b"")

    assert b"".join(datasets().chunks("a.jsonl", _facts("a.jsonl").etag)) == b""
    assert datasets().open(_facts("a.jsonl")).read() == b""


def test_chunks_of_another_version_are_refused(container: ContainerClient) -> None:
    """A blob that was replaced before the read is `dataset_changed`, not worth a retry."""
    container.upload_blob("a.jsonl", b"old")
    etag = _facts("a.jsonl").etag
    container.upload_blob("a.jsonl", b"new", overwrite=True)

    with pytest.raises(ServiceError) as caught:
        list(datasets().chunks("a.jsonl", etag))

    assert caught.value.code == "dataset_changed"
    assert not caught.value.retryable
    assert "a.jsonl" in caught.value.message


@pytest.mark.parametrize("pinned", [True, False])
def test_chunks_never_mix_two_versions(container: ContainerClient, pinned: bool) -> None:
    """A blob that is replaced between two pieces ends the read, pinned by the caller or not."""
    container.upload_blob("a.jsonl", b"a" * (2 * PIECE))
    pieces = datasets().chunks("a.jsonl", _facts("a.jsonl").etag if pinned else None)
    next(pieces)
    container.upload_blob("a.jsonl", b"b" * (2 * PIECE), overwrite=True)

    with pytest.raises(ServiceError) as caught:
        next(pieces)

    assert caught.value.code == "dataset_changed"


def test_chunks_of_a_deleted_blob(container: ContainerClient) -> None:
    """A blob that is gone is `dataset_missing`."""
    container.upload_blob("a.jsonl", b"x")
    etag = _facts("a.jsonl").etag
    container.delete_blob("a.jsonl")

    with pytest.raises(ServiceError) as caught:
        list(datasets().chunks("a.jsonl", etag))

    assert caught.value.code == "dataset_missing"


def test_open_reads_and_seeks_like_a_file(container: ContainerClient) -> None:
    """The stream gives the same bytes as the blob from any place."""
    data = bytes(range(256)) * (PIECE // 256) + b"the end"
    container.upload_blob("a.jsonl", data)
    stream = datasets().open(_facts("a.jsonl"))

    assert stream.read() == data
    assert stream.seek(-7, io.SEEK_END) == len(data) - 7
    assert stream.read() == b"the end"


def test_open_is_pinned(container: ContainerClient) -> None:
    """A stream on a version that was replaced fails instead of giving other bytes."""
    container.upload_blob("a.jsonl", b"old")
    stream = datasets().open(_facts("a.jsonl"))
    container.upload_blob("a.jsonl", b"new", overwrite=True)

    with pytest.raises(ServiceError) as caught:
        stream.read()

    assert caught.value.code == "dataset_changed"
