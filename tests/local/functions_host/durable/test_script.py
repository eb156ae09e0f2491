"""Promises, on which the script of a replay waits."""

from local.functions_host.durable.script import Promise, all_of, any_of


def test_calls_listeners_once_and_in_order() -> None:
    """A second settlement changes nothing, and a late listener hears at once."""
    heard: list[str] = []
    promise = Promise()
    promise.then(lambda _: heard.append("first"))
    promise.then(lambda _: heard.append("second"))

    promise.settle()
    promise.settle(failed=True)
    promise.then(lambda p: heard.append(f"late, failed={p.failed}"))

    assert heard == ["first", "second", "late, failed=False"]


def test_any_is_settled_with_the_first() -> None:
    """The first of several decides, its failure included."""
    one, two = Promise(), Promise()
    whole = any_of([one, two])

    two.settle(failed=True)

    assert (whole.done, whole.failed) == (True, True)


def test_all_waits_for_the_last_even_after_a_failure() -> None:
    """A failure does not settle the whole before the others are done."""
    one, two = Promise(), Promise()
    whole = all_of([one, two])

    one.settle(failed=True)
    before = whole.done
    two.settle()

    assert not before
    assert (whole.done, whole.failed) == (True, True)


def test_all_of_nothing_is_done() -> None:
    """An empty compound does not hold anything up."""
    assert all_of([]).done
