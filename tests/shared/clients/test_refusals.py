"""Which refusals are waited out, and what a person reads."""

import pytest

from shared.clients.refusals import ARM, KNOWN, MONITOR, OPENAI, is_denial, judge


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [
        (400, "InsufficientQuota", True),
        (409, "RequestConflict", True),
        (404, "DeploymentNotReady", True),
        (404, "DeploymentNotFound", False),
        (409, "itemDoesAlreadyExist", False),
        (400, "DeploymentModelNotSupported", False),
        (429, "rate_limited", True),
        (408, "timeout", True),
        (503, "service_failed", True),
        (400, "bad_request", False),
        (401, "unauthorized", False),
    ],
)
def test_waiting_helps_or_not(status: int, code: str, retryable: bool) -> None:
    """What passes by itself is retryable, what a person must change is not."""
    assert judge(ARM, status, code, "some words")[1] is retryable


def test_missing_training_type_is_named() -> None:
    """The misleading refusal of fine-tuning points to the training type."""
    hint, retryable = judge(
        OPENAI, 400, "bad_request", "The specified base model does not support fine-tuning."
    )

    assert "TRAINING_TYPE" in hint
    assert not retryable


def test_unknown_content_filter_is_not_blamed_on_the_sku() -> None:
    """One code for two faults: the words decide which setting the hint names."""
    filtered, _ = judge(ARM, 400, "InvalidResourceProperties", "The specified RAI policy 'x'…")
    sold, _ = judge(ARM, 400, "InvalidResourceProperties", "The specified SKU 'x'…")

    assert "CONTENT_FILTER" in filtered
    assert "DEPLOYMENT_SKU" in sold


def test_forbidden_names_the_role_of_the_service() -> None:
    """A 403 says which role is missing at the service that refused."""
    assert "Monitoring Reader" in judge(MONITOR, 403, "forbidden", "")[0]
    assert "Cognitive Services OpenAI Contributor" in judge(OPENAI, 403, "PermissionDenied", "")[0]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "PermissionDenied", True),
        (401, "unauthorized", True),
        (403, "SpecialFeatureOrQuotaIdRequired", False),
        (404, "not_found", False),
    ],
)
def test_who_lacks_a_role_is_recognized(status: int, code: str, expected: bool) -> None:
    """A model that is not sold to this subscription is another matter."""
    assert is_denial(status, code, "some words") is expected


def test_unauthorized_data_plane_names_scope_and_key() -> None:
    """A 401 of the data plane names both settings that can be wrong."""
    hint, _ = judge(OPENAI, 401, "unauthorized", "")

    assert "AZURE_OPENAI_SCOPE" in hint
    assert "AZURE_OPENAI_API_KEY" in hint


def test_codes_are_compared_without_case() -> None:
    """Dated and v1 versions spell a code differently; both are known."""
    assert judge(ARM, 400, "QuotaExceeded", "") == judge(ARM, 400, "quotaExceeded", "")


def test_rows_can_fit() -> None:
    """Each known refusal has something to recognise it by, in lower case, and a hint."""
    assert all(row.code or row.text for row in KNOWN)
    assert all(row.code == row.code.lower() and row.text == row.text.lower() for row in KNOWN)
    assert all(row.hint.endswith(".") for row in KNOWN)
