"""Errors, in the form that OpenAI gives them."""

from pydantic import BaseModel


class ErrorDetail(BaseModel):
    """What was wrong, and the next step."""

    code: str | None
    message: str
    param: str | None = None
    type: str | None = None


class Error(BaseModel):
    """Every error of every door; OpenAI's form."""

    error: ErrorDetail
