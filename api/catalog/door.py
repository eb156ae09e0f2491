"""What the callers of an HTTP function must know of it."""

from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True)
class Door:
    """An HTTP function as its callers see it.

    Attributes:
        key: Who may: `anyone`, `client`, `function`, `admin` or `signature`.
        answer: The body of a success; None for this document itself, and where `forms` has all.
        also: Other statuses of a success, with the same body.
        forms: Other media types of a success.
        errors: Statuses of errors; 401 and 500 are added.
    """

    name: str
    method: str
    path: str
    key: str
    about: str
    answer: type[BaseModel] | None
    status: int = 200
    also: tuple[int, ...] = ()
    request: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    forms: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
