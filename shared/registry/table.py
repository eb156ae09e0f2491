"""The table behind the registry: every change is conditional on the row not having changed."""

import dataclasses
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shared import clock
from shared.clients.refusals import TABLES
from shared.clients.translate import translate_errors
from shared.datasets.names import model_of
from shared.errors import ChangedError, NotFoundError, ServiceError
from shared.registry.codec import (
    MODEL_ROW,
    model_from_entity,
    model_to_entity,
    run_from_entity,
    run_to_entity,
)
from shared.registry.ledger import settle_hours
from shared.registry.records import Model, Run
from shared.registry.state import RESTING
from shared.registry.tombstones import Tombstones

if TYPE_CHECKING:
    from azure.data.tables import TableClient

TABLE = "models"
_TRIES = 20  # of a change that others get in the way of; each try reads the row again
# Names come from callers too. No row has another one, and the table refuses some characters.
_NAME = re.compile(r"[A-Za-z0-9-]+")
# Runs begin with a letter or digit; all other rows of a model with MODEL_ROW's character.
_RUNS = f"(RowKey lt '{MODEL_ROW}' or RowKey ge 'A')"


class Registry(Tombstones):
    """Rows of `Run` and `Model`, read and changed one at a time.

    Every method may raise `ServiceError` if storage refuses or does not answer.
    """

    def __init__(self, table: "TableClient") -> None:
        self._table = table

    def find(self, run: str) -> Run | None:
        """The row of a run, or None."""
        model = model_of(run)
        entity = self._get(model, run) if model else None
        return run_from_entity(entity, _etag(entity)) if entity else None

    def get(self, run: str) -> Run:
        """The row of a run.

        Raises:
            NotFoundError: if there is none.
        """
        found = self.find(run)
        if found is None:
            raise NotFoundError(
                "run_not_found", f"There is no run {run!r}.", hint="GET runs lists all.", param="id"
            )
        return found

    def versions(self, model: str) -> list[Run]:
        """All versions of a model, oldest first."""
        if not _NAME.fullmatch(model):
            return []
        rows = self._query(f"PartitionKey eq '{model}' and {_RUNS}")
        return sorted((run_from_entity(e, _etag(e)) for e in rows), key=lambda run: run.created)

    def runs(self) -> list[Run]:
        """All runs of all models, newest first."""
        rows = self._query(_RUNS)
        found = (run_from_entity(e, _etag(e)) for e in rows)
        return sorted(found, key=lambda run: run.created, reverse=True)

    def accounts(self) -> list[Run]:
        """All runs, and of those that were deleted what they were paid for."""
        return [*self.runs(), *self.list_deleted_run_charges()]

    def claim(self, model: str, content: str, run: str) -> str:
        """Say that `run` is the run of some content, unless another one is already.

        Args:
            model: Its model.
            content: A digest in hexadecimal of what only one run may work on.
            run: The id of the run, which may not have a row yet.

        Returns:
            The run that the content belongs to, now and for everybody who asks later.
        """
        key = f"{MODEL_ROW}{content}"
        if self._add({"PartitionKey": model, "RowKey": key, "run": run}) is not None:
            return run
        entity = self._get(model, key)
        return str(entity["run"]) if entity else run

    def active_runs(self) -> list[Run]:
        """The runs that an orchestration works on, in no order."""
        at_rest = " and ".join(f"phase ne '{phase}'" for phase in sorted(RESTING))
        rows = self._query(f"{_RUNS} and {at_rest}")
        return [run_from_entity(e, _etag(e)) for e in rows]

    def find_by_job(self, job: str) -> Run | None:
        """The run that has this job at the service, or None."""
        if not _NAME.fullmatch(job):
            return None
        rows = self._query(f"{_RUNS} and training_job_id eq '{job}'")
        return next((run_from_entity(e, _etag(e)) for e in rows), None)

    def insert(self, run: Run) -> bool:
        """Add the row of a new run; False if it is there already."""
        return self._add(run_to_entity(run)) is not None

    def change(self, run: str, how: Callable[[Run], Run]) -> Run:
        """Change a row by a pure function, again from the newest row if others were faster.

        Args:
            run: The run's id.
            how: Makes the new row of the current one; returning the same object changes nothing.
                May raise to give up.

        Returns:
            The row as it is now.

        Raises:
            NotFoundError: if there is no such run.
            ChangedError: if others were faster many times in a row.
        """
        for _ in range(_TRIES):
            old = self.get(run)
            new = how(old)
            if new is old:
                return old
            try:
                return self.replace(old, new)
            except ChangedError:
                continue
        raise ChangedError(run)

    def replace(self, old: Run, new: Run) -> Run:
        """Put `new` in place of exactly `old`.

        The hours of a deployment that `old` has and `new` has not are added up in the same write,
        whoever made it go.

        Raises:
            ChangedError: if the row is no longer `old`.
        """
        now = clock.now()
        stamped = dataclasses.replace(settle_hours(old, new, now), updated=now)
        etag = self._put(run_to_entity(stamped), old.row_etag, old.id)
        return dataclasses.replace(stamped, row_etag=etag)

    def model(self, name: str) -> Model | None:
        """The row of a model name, or None before its first version served."""
        entity = self._get(name, MODEL_ROW)
        return model_from_entity(entity, _etag(entity)) if entity else None

    def models(self) -> list[Model]:
        """All models, by name."""
        rows = self._query(f"RowKey eq '{MODEL_ROW}'")
        return sorted((model_from_entity(e, _etag(e)) for e in rows), key=lambda m: m.model)

    def put_model(self, old: Model | None, new: Model) -> Model:
        """Put `new` in place of exactly `old`, or add it where there was none.

        Raises:
            ChangedError: if the row is no longer `old`.
        """
        if old is None:
            etag = self._add(model_to_entity(new))
        else:
            etag = self._put(model_to_entity(new), old.row_etag, old.model)
        if etag is None:
            raise ChangedError(new.model)
        return dataclasses.replace(new, row_etag=etag)

    def change_model(self, name: str, how: Callable[[Model], Model]) -> Model:
        """Change the row of a model name by a pure function, again if others were faster.

        Args:
            name: The model's name; its row is made if there is none yet.
            how: Makes the new row of the current one; returning the same object changes nothing.

        Raises:
            ChangedError: if others were faster many times in a row.
        """
        for _ in range(_TRIES):
            old = self.model(name)
            row = old or Model(model=name)
            new = how(row)
            if new is row:
                return row
            try:
                return self.put_model(old, new)
            except ChangedError:
                continue
        raise ChangedError(name)

    def _get(self, partition: str, row: str) -> Any:
        if not _NAME.fullmatch(partition):
            return None
        try:
            with translate_errors(TABLES, f"read row {row} of {partition}"):
                return self._table.get_entity(partition, row)
        except ServiceError as error:
            if error.status == 404:
                return None
            raise

    def _query(self, text: str) -> list[Any]:
        with translate_errors(TABLES, f"list rows with {text}"):
            return list(self._table.query_entities(text))

    def _add(self, entity: dict[str, Any]) -> str | None:
        """The ETag of the new row, or None if there is one already."""
        try:
            with translate_errors(TABLES, f"add row {entity['RowKey']}"):
                return str(self._table.create_entity(entity)["etag"])
        except ServiceError as error:
            if error.status == 409:
                return None
            raise

    def _put(self, entity: dict[str, Any], etag: str, name: str) -> str:
        from azure.core import MatchConditions
        from azure.data.tables import UpdateMode

        try:
            with translate_errors(TABLES, f"change row {name}"):
                answer = self._table.update_entity(
                    entity,
                    mode=UpdateMode.REPLACE,
                    etag=etag,
                    match_condition=MatchConditions.IfNotModified,
                )
                return str(answer["etag"])
        except ServiceError as error:
            # 404: it was deleted, which is a change too.
            if error.status in (404, 412):
                raise ChangedError(name) from None
            raise


def _etag(entity: Any) -> str:
    return str(entity.metadata["etag"])
