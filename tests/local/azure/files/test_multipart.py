"""Forms that come in pieces."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.azure.errors import ServiceError
from local.azure.files.errors import file_too_large
from local.azure.files.multipart import Form, FormReader

HEAD = (
    b'--BB\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
    b'--BB\r\nContent-Disposition: form-data; name="file"; filename="a \\"b\\".jsonl"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)
TAIL = b"\r\n--BB--\r\n"


def read(
    body: bytes,
    target: Path,
    cuts: list[int],
    limit: int = 10**6,
    kind: str = "multipart/form-data; boundary=BB",
) -> Form:
    """Reads a body cut at these places."""
    reader = FormReader(kind, "file", target, limit, file_too_large(limit))
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]

    async def chunks() -> AsyncIterator[bytes]:
        for begin, end in pairwise(edges):
            yield body[begin:end]

    return asyncio.run(reader.read(chunks()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.binary() | st.text("\r\n-B", max_size=40).map(str.encode),
    cuts=st.lists(st.integers(0, 10_000), max_size=8),
)
def test_any_content_in_any_pieces_arrives(tmp_path: Path, content: bytes, cuts: list[int]) -> None:
    """Contents that look like boundaries, cut anywhere, are kept byte for byte."""
    if b"\r\n--BB" in b"\r\n" + content:
        content = b""

    form = read(HEAD + content + TAIL, tmp_path / "f", cuts)

    assert (tmp_path / "f").read_bytes() == content
    assert form == Form({"purpose": "fine-tune"}, 'a "b".jsonl', len(content), has_file=True)


def test_a_file_above_the_limit_is_refused(tmp_path: Path) -> None:
    """While it comes in, not after."""
    with pytest.raises(ServiceError) as refused:
        read(HEAD + b"x" * 101 + TAIL, tmp_path / "f", [], limit=100)

    assert refused.value.status == 413


@pytest.mark.parametrize("body", [b"", HEAD, HEAD + b"content", b"--BB\r\nno name\r\n\r\nx" + TAIL])
def test_a_broken_form_is_refused(tmp_path: Path, body: bytes) -> None:
    """Cut off or nameless: 400."""
    with pytest.raises(ServiceError) as refused:
        read(body, tmp_path / "f", [])

    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("purpose", "file"),
    [
        ("name=purpose", "name=file; filename=a.jsonl; filename*=utf-8''b.jsonl"),
        ('NAME="purpose"', "filename=a.jsonl; Name=file"),
        ('name="purpose"', 'filename="a.jsonl" ;name="file"'),
        ('name="purpose"; size=9', "name=file;filename=a.jsonl"),
    ],
)
def test_parameters_of_a_part_may_be_tokens_in_any_order_and_case(
    tmp_path: Path, purpose: str, file: str
) -> None:
    """As .NET and other clients write them (RFC 9110, section 5.6.6)."""
    body = (
        f"--BB\r\nContent-Disposition: form-data; {purpose}\r\n\r\nfine-tune\r\n"
        f"--BB\r\nContent-Type: application/octet-stream\r\n"
        f"content-disposition: form-data; {file}\r\n\r\nx\r\n--BB--\r\n"
    )

    form = read(body.encode(), tmp_path / "f", [])

    assert form == Form({"purpose": "fine-tune"}, "a.jsonl", 1, has_file=True)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [(r"a \"b\" \\ c", 'a "b" \\ c'), ("%22a%22", '"a"'), ("\u00e9\u4e16", "\u00e9\u4e16")],
)
def test_name_of_a_file_is_read_without_its_escapes(tmp_path: Path, name: str, wanted: str) -> None:
    """Escaped quotation marks and UTF-8 come out as they were meant."""
    body = (
        f'--BB\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n\r\n--BB--'
    )

    assert read(body.encode(), tmp_path / "f", []).filename == wanted


def test_boundary_may_be_quoted(tmp_path: Path) -> None:
    """Python's and .NET's clients write it so."""
    kind = 'multipart/form-data; charset=utf-8; boundary="BB"'

    assert read(HEAD + b"x" + TAIL, tmp_path / "f", [], kind=kind).size == 1


def test_blanks_around_the_equals_sign_are_refused(tmp_path: Path) -> None:
    """No grammar allows them, so the part has no name."""
    body = b"--BB\r\nContent-Disposition: form-data; name = purpose\r\n\r\nx" + TAIL

    with pytest.raises(ServiceError, match="has no name"):
        read(body, tmp_path / "f", [])
