"""What `runtimeStatus` names, against what extension 3.19.0 listed and purged."""

import pytest

from local.functions_host.durable.management.states import to_list, to_purge


@pytest.mark.parametrize(
    ("names", "states"),
    [
        (["Completed", "Failed"], ("Completed", "Failed")),
        (["completed", "FAILED", "nonsense"], ()),
        (["Canceled", "ContinuedAsNew"], ("Canceled", "ContinuedAsNew")),
        (["0", "1", "+7"], ("Running", "Completed", "Suspended")),
        (["99"], ("99",)),
    ],
)
def test_states_to_list(names: list[str], states: tuple[str, ...]) -> None:
    """Exact names and numbers; whatever else is ignored."""
    assert to_list(names) == states


@pytest.mark.parametrize("name", ["Unknown", "-1"])
def test_unknown_is_no_state_of_the_task_hub(name: str) -> None:
    """The API's own enumeration has it, the task hub's does not."""
    with pytest.raises(ValueError, match=r"^Requested value 'Unknown' was not found\.$"):
        to_list(["Completed", name])


@pytest.mark.parametrize(
    ("names", "states"),
    [
        (["Failed", "Running", "5"], ("Failed", "Terminated")),
        (["Pending"], ()),
        (["Unknown", "completed", "0"], ()),
    ],
)
def test_states_to_purge(names: list[str], states: tuple[str, ...]) -> None:
    """Only states of ended instances; nothing left means all."""
    assert to_purge(names) == states
