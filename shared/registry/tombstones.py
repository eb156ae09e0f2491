"""How rows leave the table: each deletion is conditional, and what was paid for stays."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shared.clients.refusals import TABLES
from shared.clients.translate import translate_errors
from shared.errors import ChangedError, ServiceError
from shared.registry.codec import MODEL_ROW, run_from_entity, run_to_entity
from shared.registry.records import Model, Run, iso

if TYPE_CHECKING:
    from azure.data.tables import TableClient

_PAID = f"{MODEL_ROW}paid-"
_ABOVE = f"{MODEL_ROW}paid."  # the next key after all that begin with _PAID
_GONE = f"{MODEL_ROW}gone-"
#: What `shared.billing` asks a run for; its dataset and its model are gone.
_LEDGER = (
    *("created", "phase", "training_base_model", "training_method", "training_type"),
    *("training_charges", "training_charged_hours", "training_grader_model"),
    "deployment_hosted_hours",
)


class Tombstones:
    """The part of the registry that deletes. Every method may raise `ServiceError`."""

    _table: "TableClient"

    def archive_and_delete(self, run: Run) -> None:
        """Delete the row of a run without a deployment; what it was paid for is kept.

        Raises:
            ChangedError: if the row is no longer this one.
        """
        entity = run_to_entity(run)
        if run.training.charges or run.deployment.hosted_hours:
            paid = {name: entity[name] for name in _LEDGER if name in entity}
            # The same run may come to life and be deleted again; each time is a row of its own.
            at = run.deleting_since or run.updated
            key = f"{_PAID}{run.id}-{run.attempt}-{iso(at) if at else ''}"
            row = {**paid, "PartitionKey": run.model, "RowKey": key, "run": run.id}
            with translate_errors(TABLES, f"keep what was paid for {run.id}"):
                self._table.upsert_entity(row)
        self._remove(run.model, run.id, run.row_etag)

    def list_deleted_run_charges(self) -> list[Run]:
        """What deleted runs were paid for, as rows with nothing else in them."""
        text = f"RowKey ge '{_PAID}' and RowKey lt '{_ABOVE}'"
        with translate_errors(TABLES, f"list rows with {text}"):
            found = list(self._table.query_entities(text))
        return [run_from_entity({**one, "RowKey": one["run"]}, "") for one in found]

    def add_tombstone(self, model: str, drop: str) -> None:
        """Remember that what was dropped belongs to a deletion. Safe to repeat.

        Args:
            model: The model that is deleted.
            drop: The run id that the dataset's newest ETag stands for.
        """
        with translate_errors(TABLES, f"remember that {drop} is deleted"):
            self._table.upsert_entity({"PartitionKey": model, "RowKey": f"{_GONE}{drop}"})

    def has_tombstone(self, model: str, drop: str) -> bool:
        """Whether there is a tombstone: an event that comes late must not train again."""
        try:
            with translate_errors(TABLES, f"look for {_GONE}{drop}"):
                self._table.get_entity(model, f"{_GONE}{drop}")
        except ServiceError as error:
            if error.status == 404:
                return False
            raise
        return True

    def release_claims(self, model: str, runs: Iterable[str]) -> None:
        """Let the bytes of these runs belong to nobody, so that they can be a new run."""
        names = set(runs)
        text = f"PartitionKey eq '{model}' and RowKey gt '{MODEL_ROW}' and RowKey lt 'A'"
        with translate_errors(TABLES, f"list rows with {text}"):
            found = list(self._table.query_entities(text))
        for one in found:
            if one.get("run") in names and not str(one["RowKey"]).startswith(_PAID):
                self._remove(model, one["RowKey"], one.metadata["etag"])

    def delete_model(self, model: Model) -> None:
        """Delete the row of a model's name.

        Raises:
            ChangedError: if the row is no longer this one.
        """
        self._remove(model.model, MODEL_ROW, model.row_etag)

    def _remove(self, partition: str, row: str, etag: Any) -> None:
        from azure.core import MatchConditions

        try:
            with translate_errors(TABLES, f"delete row {row} of {partition}"):
                self._table.delete_entity(
                    partition, row, etag=etag, match_condition=MatchConditions.IfNotModified
                )
        except ServiceError as error:
            if error.status == 412:
                raise ChangedError(row) from None
            if error.status != 404:
                raise
