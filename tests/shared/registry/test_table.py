"""The registry on a real table: conditional changes, and names that no row has."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shared.errors import ChangedError, NotFoundError, ServiceError
from shared.registry import Model, Run, registry
from shared.registry.parts import Dataset
from shared.registry.state import Phase
from shared.registry.table import Registry
from tests.runs import at

THREADS = 8
STRANGE = ["", "a/b", "a'b", "' or true or '", "a\\b", "a#?", "a\nb", "@", "é", "x" * 3000, "a b"]


def new_run(number: int = 0, model: str = "a") -> Run:
    """The row of a run; a higher number is a newer run."""
    return Run(
        model=model,
        id=f"{model}-{number:010x}",
        created=at(f"2026-11-25T03:04:{number:02}.000Z"),
        dataset=Dataset(blob=f"{model}.jsonl", etag=str(number)),
    )


@pytest.fixture
def rows(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The registry of an empty storage account."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()
    yield registry()
    registry.cache_clear()


def test_row_is_found_as_it_was_added(rows: Registry) -> None:
    """What was inserted is found, with the ETag of the row."""
    added = rows.insert(new_run())

    found = rows.get(new_run().id)

    assert added
    assert found.row_etag
    assert replace(found, row_etag="") == new_run()


def test_second_insert_of_a_run_changes_nothing(rows: Registry) -> None:
    """A run is added once; who comes second learns so and overwrites nothing."""
    rows.insert(new_run())

    again = rows.insert(replace(new_run(), phase=Phase.TRAINING))

    assert not again
    assert rows.get(new_run().id).phase == "received"


def test_one_of_many_inserts_wins(rows: Registry) -> None:
    """Of threads that add the same run at the same time exactly one does."""
    with ThreadPoolExecutor(THREADS) as pool:
        added = list(pool.map(lambda _: rows.insert(new_run()), range(THREADS)))

    assert sorted(added) == [False] * (THREADS - 1) + [True]


def test_changes_of_many_threads_are_all_kept(rows: Registry) -> None:
    """Each change is applied to the newest row, so none is lost."""
    rows.insert(new_run())

    def count(_: int) -> None:
        for _ in range(3):
            rows.change(new_run().id, lambda row: row.with_dataset(tokens=row.dataset.tokens + 1))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(count, range(THREADS)))

    assert rows.get(new_run().id).dataset.tokens == THREADS * 3


def test_change_is_stamped_and_returns_the_new_row(rows: Registry) -> None:
    """The answer of a change is the row as it is now, and may be changed further."""
    rows.insert(new_run())

    first = rows.change(new_run().id, lambda row: row.with_training(job_id="j"))
    second = rows.replace(first, first.with_training(job_status="running"))

    assert second == rows.get(new_run().id)
    assert first.updated


def test_change_to_the_same_row_writes_nothing(rows: Registry) -> None:
    """A function that returns its row leaves the table alone."""
    rows.insert(new_run())
    before = rows.get(new_run().id)

    after = rows.change(new_run().id, lambda row: row)

    assert after == before == rows.get(new_run().id)


def test_change_gives_up_when_its_function_raises(rows: Registry) -> None:
    """What the function raises passes through, and nothing is written."""
    rows.insert(new_run())

    def refuse(row: Run) -> Run:
        raise NotFoundError("x", "no")

    with pytest.raises(NotFoundError):
        rows.change(new_run().id, refuse)

    assert rows.get(new_run().id).updated is None


def test_replacing_an_old_row_is_refused(rows: Registry) -> None:
    """A row that somebody changed since it was read cannot be replaced."""
    rows.insert(new_run())
    old = rows.get(new_run().id)
    rows.change(old.id, lambda row: row.with_deployment(last_used=at("2026-11-25T00:00:00.000Z")))

    with pytest.raises(ChangedError):
        rows.replace(old, old.with_deployment(retiring=True))

    assert not rows.get(old.id).deployment.retiring


def test_name_points_to_what_one_writer_wrote(rows: Registry) -> None:
    """Of threads that point a new name somewhere exactly one wins; the others learn so."""

    def point(number: int) -> bool:
        try:
            rows.put_model(None, Model(model="a", active=new_run(number).id))
        except ChangedError:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        won = list(pool.map(point, range(THREADS)))

    found = rows.model("a")
    assert won.count(True) == 1
    assert found is not None
    assert found.active == new_run(won.index(True)).id


def test_name_is_moved_on_from_the_row_that_was_read(rows: Registry) -> None:
    """Moving a name is conditional on the row that was read."""
    first = rows.put_model(None, Model(model="a", active="one"))
    rows.put_model(first, replace(first, active="two"))

    with pytest.raises(ChangedError):
        rows.put_model(first, replace(first, active="three"))

    assert [model.active for model in rows.models()] == ["two"]


def test_lists_are_in_order_and_apart(rows: Registry) -> None:
    """A model's versions come oldest first, all runs newest first, models by name."""
    for number, model in ((2, "a"), (1, "a"), (3, "b")):
        rows.insert(new_run(number, model))
    for model in ("b", "a"):
        rows.put_model(None, Model(model=model))

    assert [row.dataset.etag for row in rows.versions("a")] == ["1", "2"]
    assert [row.dataset.etag for row in rows.runs()] == ["3", "2", "1"]
    assert [model.model for model in rows.models()] == ["a", "b"]


def test_content_belongs_to_one_run(rows: Registry) -> None:
    """Of many who claim some content one wins, all learn which, and no list shows it."""
    names = [f"a-{number:010d}" for number in range(8)]

    with ThreadPoolExecutor(8) as pool:
        winners = set(pool.map(lambda run: rows.claim("a", "0" * 64, run), names))

    assert len(winners) == 1
    assert rows.claim("a", "1" * 64, names[0]) == names[0]
    assert (rows.versions("a"), rows.runs(), rows.models()) == ([], [], [])


def test_strange_name_is_nobody_s(rows: Registry) -> None:
    """Callers send names of any kind; such a name is simply not there."""
    rows.insert(new_run())
    rows.put_model(None, Model(model="a"))

    found = [
        (rows.model(name), rows.versions(name), rows.find(name), rows.find(f"{name}-0123456789"))
        for name in STRANGE
    ]

    assert found == [(None, [], None, None)] * len(STRANGE)


def test_unknown_run_is_named(rows: Registry) -> None:
    """Asking for a run that is not there names it and says how to find others."""
    with pytest.raises(NotFoundError) as caught:
        rows.get("a-0123456789")

    assert "There is no run 'a-0123456789'" in str(caught.value)


def test_refusal_of_storage_is_translated_without_its_key(
    rows: Registry, storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the table refuses is an error of the service that names the role, and not the key."""
    account = re.sub(r"AccountKey=[^;]+", "AccountKey=d3JvbmcgbGVuZ3Ro", storage)
    monkeypatch.setenv("AzureWebJobsStorage", account)
    registry.cache_clear()

    with pytest.raises(ServiceError) as caught:
        registry().get(new_run().id)

    assert caught.value.status == 403
    assert "Storage Table Data Contributor" in caught.value.hint
    assert "d3JvbmcgbGVuZ3Ro" not in str(caught.value)
    assert rows.find(new_run().id) is None
