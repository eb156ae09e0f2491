"""What one key used of one version on one day."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class UsageKey:
    """Who used what, and when.

    Attributes:
        day: ISO date in UTC.
        key: Name of the client key.
        model: Name of the model; `base` for the untuned deployment.
        run: The version that answered; empty for the base.
        base_model: What its tokens are priced as.
        sku: Of the deployment that answered, which has a part in the price; empty for the base.
    """

    day: str
    key: str
    model: str
    run: str = ""
    base_model: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How much of it.

    Attributes:
        requests: Chats that the service answered.
        unmetered: Those of them whose tokens it did not tell.
        prompt_tokens: Of the others.
        completion_tokens: Of the others.
    """

    requests: int = 0
    unmetered: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Both together."""
        return Count(
            self.requests + other.requests,
            self.unmetered + other.unmetered,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A use with its count, as the table keeps it."""

    use: UsageKey
    count: Count

    def to_entity(self, row_key: str) -> dict[str, Any]:
        """The table entity; its partition is the day."""
        parts = (self.use, self.count)
        values = {f.name: getattr(part, f.name) for part in parts for f in fields(part)}
        return {"PartitionKey": values.pop("day"), "RowKey": row_key, **values}

    @classmethod
    def from_entity(cls, entity: dict[str, Any]) -> Self:
        """Read a table entity."""
        use = {f.name: entity.get(f.name, "") for f in fields(UsageKey) if f.name != "day"}
        count = {f.name: int(entity.get(f.name, 0)) for f in fields(Count)}
        return cls(UsageKey(day=entity["PartitionKey"], **use), Count(**count))

    def plus(self, count: Count) -> Self:
        """This row with more of the same use."""
        return replace(self, count=self.count + count)
