"""Errors, in the form that OpenAI gives them."""

from api.schemas.base import Schema


class ErrorDetail(Schema):
    """What was wrong, and the next step."""

    code: str | None
    message: str
    param: str | None = None
    type: str | None = None


class Error(Schema):
    """Every error of every endpoint, in OpenAI's form."""

    error: ErrorDetail
