"""The tree of errors and the one form in which endpoints answer them."""

import pytest

from shared.errors import (
    ChangedError,
    KeyRefusedError,
    NotFoundError,
    NotReadyError,
    RequestError,
    ServiceError,
    SettingError,
    TunedropError,
)


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (TunedropError("bug", "It broke."), 500, "server_error"),
        (RequestError("bad", "No."), 400, "invalid_request_error"),
        (NotFoundError("run_not_found", "No."), 404, "invalid_request_error"),
        (NotReadyError("training", "No."), 409, "invalid_request_error"),
        (NotReadyError("asleep", "No.", status=503), 503, "server_error"),
        (KeyRefusedError("key", "No."), 401, "invalid_request_error"),
        (ServiceError("down", "No."), 502, "server_error"),
        (ChangedError("a-0123456789"), 409, "invalid_request_error"),
        (SettingError("NAME", None, "a text", "x"), 500, "server_error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_error_has_its_status_and_kind(error: TunedropError, status: int, kind: str) -> None:
    """A caller's mistakes are 4xx and `invalid_request_error`, everything else 5xx."""
    body = error.to_openai()

    assert error.status == status
    assert body["error"]["type"] == kind  # type: ignore[index]


def test_body_is_openai_s_with_message_and_hint() -> None:
    """The body has OpenAI's four fields, and its message ends with the next step."""
    error = RequestError("bad_name", "The name is 'x y'.", hint="Leave out the blank.", param="n")

    assert error.to_openai() == {
        "error": {
            "code": "bad_name",
            "message": "The name is 'x y'. Leave out the blank.",
            "param": "n",
            "type": "invalid_request_error",
        }
    }


def test_status_of_one_error_leaves_its_class_alone() -> None:
    """A status given to one error holds for it only."""
    RequestError("a", "b", status=413)

    assert RequestError("a", "b").status == 400


def test_missing_setting_says_so_with_an_example() -> None:
    """A missing setting's error names it and shows a line to copy."""
    error = SettingError("IDLE_AFTER", None, "a number with s, m, h or d", "15d")

    assert str(error) == (
        "Setting IDLE_AFTER is not set; it must be a number with s, m, h or d. "
        "For example: IDLE_AFTER=15d"
    )


def test_only_changed_and_retryable_service_errors_can_be_waited_out() -> None:
    """Waiting helps where somebody was faster, or where the service says so."""
    found = [
        ChangedError("a").retryable,
        ServiceError("busy", "No.", retryable=True).retryable,
        ServiceError("gone", "No.").retryable,
        RequestError("bad", "No.").retryable,
    ]

    assert found == [True, True, False, False]
