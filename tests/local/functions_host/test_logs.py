"""What the log says of secrets: nothing."""

import pytest

from local.functions_host.logs import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /api/x?code=abc%3D&y=1", "GET /api/x?code=***&y=1"),
        ("https://a/b?sv=1&sig=a%2Bb", "https://a/b?sv=1&sig=***"),
        ("AccountName=a;AccountKey=abc==;End", "AccountName=a;AccountKey=***;End"),
        ("{'x-functions-key': 'abc', 'b': 1}", "{'x-functions-key': '***', 'b': 1}"),
        ("x-functions-key: abc", "x-functions-key: ***"),
        ("status code 404, decode=1", "status code 404, decode=1"),
    ],
)
def test_redact(text: str, expected: str) -> None:
    """Function keys, SAS signatures and account keys are blanked, all else stays."""
    assert redact(text) == expected
