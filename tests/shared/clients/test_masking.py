"""Secrets do not survive `masked`, ordinary words do."""

import pytest

from shared.clients.masking import HIDDEN, mask, mask_tree

SECRET = "s3cr3tValue0123456789=="


@pytest.mark.parametrize(
    "text",
    [
        f"GET https://a.blob.core.windows.net/c/b?sv=2024&sig={SECRET}&se=2026",
        f"AccountName=a;AccountKey={SECRET};EndpointSuffix=x",
        f"header 'Authorization: Bearer {SECRET}' was refused",
        f"api-key: {SECRET}",
        f"/api/runs?code={SECRET}",
        "token eyJhbGciOiJIUzI1NiJ9.s3cr3tValue0123456789.c2ln",
        "Incorrect API key provided: sk-s3cr3tValue0123456789",
    ],
)
def test_secret_shapes_are_hidden(text: str) -> None:
    """A key, token or signature that a service quotes is replaced."""
    seen = mask(text)

    assert "s3cr3tValue" not in seen
    assert HIDDEN in seen


def test_own_secrets_are_hidden_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's own keys are hidden even in a text that gives no sign of them."""
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "plainlookingkey")
    monkeypatch.setenv("AzureWebJobsStorage", "AccountName=a;AccountKey=storagekey12345;")

    seen = mask("we got plainlookingkey and storagekey12345 from you")

    assert seen == f"we got {HIDDEN} and {HIDDEN} from you"


def test_ordinary_text_stays() -> None:
    """What a person needs to read is not touched."""
    text = "Code: Conflict, token: none. The code is 429: retry after 22 s. Token limit is 5000."

    assert mask(text) == text


def test_tree_is_masked_at_every_depth() -> None:
    """Texts in objects and lists are masked; numbers, nulls and keys stay."""
    tree = {"error": {"details": [{"message": f"sig={SECRET}"}, 7, None], "code": "X"}}

    seen = mask_tree(tree)

    assert seen == {"error": {"details": [{"message": f"sig={HIDDEN}"}, 7, None], "code": "X"}}
