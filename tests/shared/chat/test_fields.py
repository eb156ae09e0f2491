"""Fields that spend more, or reach further, than a chat."""

from typing import Any

import pytest

from shared.chat.fields import HARMLESS, MOST_ANSWERS, check
from shared.errors import RequestError
from shared.settings.readers import RESTRICTED_FIELDS

SPENDING: dict[str, Any] = {
    "data_sources": [{"type": "azure_search"}],
    "n": MOST_ANSWERS + 1,
    "service_tier": "priority",
    "store": True,
    "web_search_options": {},
}


@pytest.mark.parametrize("name", sorted(RESTRICTED_FIELDS))
def test_a_restricted_field_needs_the_operator(name: str) -> None:
    """It is 400 and names the setting, unless the operator lists it."""
    with pytest.raises(RequestError, match="CHAT_FIELDS") as caught:
        check({name: SPENDING[name]}, ())
    check({name: SPENDING[name]}, [name])

    assert (caught.value.status, caught.value.code) == (400, "field_not_allowed")
    assert caught.value.param == name


def test_defaults_pass() -> None:
    """A value that means the same as no field is no reason to refuse a chat."""
    for name, values in HARMLESS.items():
        for value in values:
            check({name: value}, ())
    check({"n": MOST_ANSWERS, "temperature": 1, "unknown": {}}, ())


def test_each_restricted_field_has_its_defaults() -> None:
    """The setting and the check know the same fields."""
    assert HARMLESS.keys() == RESTRICTED_FIELDS == SPENDING.keys()
