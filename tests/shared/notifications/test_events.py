"""What people are notified of."""

from dataclasses import replace

from shared.notifications.events import KEPT_IDS, Notification, find_event, record_delivery
from shared.registry.state import Phase
from tests.runs import at
from tests.shared.notifications import AT, LIVE, ROW


def test_closed_runs() -> None:
    """Rejected and failed runs are reported, each attempt by itself; a cancelled one is not."""
    rejected = find_event(replace(ROW, phase=Phase.REJECTED), "fine_tune")
    failed = find_event(replace(ROW, phase=Phase.FAILED, attempt=3), "fine_tune")

    assert rejected == Notification("a-0123456789-rejected-2", "rejected", ROW.id, "a", AT)
    assert failed is not None
    assert (failed.event, failed.id) == ("failed", "a-0123456789-failed-3")
    assert find_event(replace(ROW, phase=Phase.CANCELLED), "fine_tune") is None


def test_promoted_and_woken_runs() -> None:
    """A run that serves is reported, a superseded one is not; waking has an event of its own."""
    serving, woken = find_event(LIVE, "fine_tune"), find_event(LIVE, "wake")

    assert serving is not None
    assert woken is not None
    assert (serving.event, woken.event) == ("serving", "woken")
    assert find_event(replace(LIVE, phase=Phase.SUPERSEDED), "fine_tune") is None
    assert find_event(replace(ROW, phase=Phase.ASLEEP), "wake") is None


def test_checked_deployments() -> None:
    """A deployment that will go or is gone is reported, once for each time it was deployed."""
    gone = find_event(replace(ROW, phase=Phase.ASLEEP), "retire")
    warned = find_event(LIVE.with_idleness(warning="It goes."), "retire")
    used = find_event(
        LIVE.with_idleness(warning="It goes.").with_deployment(last_used=at(AT)), "retire"
    )
    again = find_event(replace(ROW, phase=Phase.ASLEEP).with_deployment(created=at(AT)), "retire")

    assert gone is not None
    assert gone.event == "retired"
    assert warned is not None
    assert warned.event == "warned"
    assert used is not None
    assert again is not None
    assert len({gone.id, warned.id, used.id, again.id}) == 4
    assert find_event(LIVE, "retire") is None


def test_delivered_event_is_not_found_again() -> None:
    """The daily check finds the same each day; the row keeps the ids of the last ones only."""
    row, ids = LIVE.with_idleness(warning="It goes."), []
    for day in range(KEPT_IDS + 1):
        row = row.with_deployment(last_used=at(f"2026-11-{day + 10}T00:00:00.000Z"))
        notification = find_event(row, "retire")
        assert notification is not None
        row = record_delivery(row, notification)
        ids.append(notification.id)
        assert find_event(row, "retire") is None

    assert list(row.notifications) == ids[1:]
