"""The deployments of the account, and what may be changed when."""

from typing import Any

from local.azure.billing.uptime import Uptimes
from local.azure.clock import Clock
from local.azure.database import Database
from local.azure.metrics.state import Usage
from local.azure.models.state import Models, ServedModel
from local.azure.settings import Settings
from local.azure.transitions import Transitions

from .deployment import BUSY, Deployment
from .errors import deployment_not_found, request_conflict
from .operations import Operations
from .request import DeploymentRequest
from .rules import Rules, check_limit
from .table import Table

FILTERS = ("Microsoft.Default", "Microsoft.DefaultV2")
BASE_CAPACITY = 1000
DAY = 24 * 3600.0


class Deployments:
    """Put, read and delete deployments; every read first does what is due."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        transitions: Transitions,
        models: Models,
        usage: Usage,
        settings: Settings,
        uptimes: Uptimes,
    ) -> None:
        self._database, self._clock, self._transitions = database, clock, transitions
        self._uptimes = uptimes
        self._models, self._usage, self._settings = models, usage, settings
        self._table = Table(database)
        self._operations = Operations(database, clock)
        self.rules = Rules(database, models, settings, clock)
        self.prepare()

    def prepare(self) -> None:
        """Puts the content filters and base deployments that are there from the start."""
        for name in FILTERS:
            self.rules.add_filter(name)
        for name, model in self._settings.bases.items():
            if self.find(name) is None:
                self._put_base(name, model)

    def settle(self) -> None:
        """Does everything that is due: creations, deletions, and what the service ends itself."""
        now = self._clock.now()
        with self._database.transaction():
            for deployment in self._table.every():
                if deployment.is_due(now):
                    self._finish(deployment, now)
                if self._is_over(deployment, now):
                    self._remove(deployment.name, self._ends_at(deployment) or now)

    def find(self, name: str, *, count_read: bool = False) -> Deployment | None:
        """One deployment, or None; `count_read` counts for transitions that go by reads."""
        if count_read:
            self._table.count_read(name)
        self.settle()
        return self._table.find(name)

    def get(self, name: str, *, count_read: bool = False) -> Deployment:
        """One deployment.

        Raises:
            ServiceError: 404 if it is not there.
        """
        deployment = self.find(name, count_read=count_read)
        if deployment is None:
            raise deployment_not_found(name)
        return deployment

    def every(self) -> list[Deployment]:
        """All deployments, oldest first."""
        self.settle()
        return self._table.every()

    def put(
        self, name: str, request: DeploymentRequest, account: str
    ) -> tuple[Deployment, str | None]:
        """Creates or changes a deployment; the operation's id if one began (None: done at once).

        Raises:
            ServiceError: 400 for what cannot be had, 409 while another operation runs.
        """
        self._check_idle(account)
        model = self.rules.served_model(request)
        with self._database.transaction():
            existing = self.find(name)
            self.rules.check_quota(
                self._table.every(), name, request.sku, request.model_name, request.capacity
            )
            if existing and existing.model_name == request.model_name:
                self._change(name, request)
                return self.get(name), None
            if model.job and not (existing and existing.tuned):
                check_limit(self._table.every())
            self._insert(name, request, model)
            return self.get(name), self._operations.begin(name)

    def patch(
        self, name: str, account: str, sku: tuple[str, int] | None, tags: dict[str, str] | None
    ) -> Deployment:
        """Changes capacity and tags of a deployment.

        Raises:
            ServiceError: 404 if it is not there, 409 while another operation runs.
        """
        self._check_idle(account)
        existing = self.get(name)
        values: dict[str, Any] = {"changed_at": self._clock.now()}
        if sku:
            self.rules.check_sku(sku[0], existing.model_name, existing.model_version)
            self.rules.check_quota(self._table.every(), name, sku[0], existing.model_name, sku[1])
            values |= {"sku": sku[0], "capacity": sku[1]}
        if tags is not None:
            values["tags"] = tags
        self._database.update("deployments", "name", name, **values)
        if sku:
            self._uptimes.change(name, sku[0], self._clock.now())
        return self.get(name)

    def delete(self, name: str, account: str) -> str | None:
        """Begins a deletion; the operation's id, or None if there is nothing to delete.

        Raises:
            ServiceError: 409 while another operation runs.
        """
        self._check_idle(account)
        if self.find(name) is None:
            return None
        with self._database.transaction():
            self._database.update(
                "deployments",
                "name",
                name,
                state="Deleting",
                started_at=self._clock.now(),
                reads=0,
                rule=str(self._transitions.of("delete")),
            )
            return self._operations.begin(name)

    def pause(self, name: str, account: str, *, paused: bool) -> Deployment:
        """Pauses or resumes a deployment; both are safe to repeat.

        Raises:
            ServiceError: 404 if it is not there, 409 while it is made or deleted.
        """
        if self.get(name).state in BUSY:
            raise request_conflict(account)
        self._database.update("deployments", "name", name, paused=int(paused))
        return self.get(name)

    def operation(self, identity: str) -> dict[str, Any]:
        """The state of an operation; counts as a read of its deployment.

        Raises:
            ServiceError: 404 if it does not exist.
        """
        self.find(self._operations.get(identity)["deployment"], count_read=True)
        return self._operations.get(identity)

    def serving(self, name: str) -> Deployment | None:
        """The deployment that a chat reaches; None where the data plane does not know it (yet)."""
        deployment, now = self._table.find(name), self._clock.now()
        if deployment and deployment.is_ready(now) and not self._is_over(deployment, now):
            # The way of almost every chat; the other one costs five times as much.
            return deployment
        self._table.count_ready_read(name)
        deployment = self.find(name)
        return deployment if deployment and deployment.is_ready(now) else None

    def _is_over(self, deployment: Deployment, now: float) -> bool:
        ends = self._ends_at(deployment)
        return ends is not None and ends <= now

    def _ends_at(self, deployment: Deployment) -> float | None:
        idle = self._settings.idle_days * DAY
        last_chat = self._usage.last_chat(deployment.name) if idle else 0.0
        return deployment.ends_at(last_chat, idle)

    def _finish(self, deployment: Deployment, now: float) -> None:
        at = deployment.rule.time_at(deployment.started_at, 1.0) if deployment.rule.seconds else now
        if deployment.state == "Deleting":
            self._remove(deployment.name, at)
        else:
            values = {"state": "Succeeded", "ready_at": at, "ready_reads": 0}
            self._database.update("deployments", "name", deployment.name, **values)
        self._operations.end(deployment.name, at)

    def _remove(self, name: str, at: float) -> None:
        self._uptimes.end(name, at)
        self._database.change("DELETE FROM deployments WHERE name = ?", name)

    def _check_idle(self, account: str) -> None:
        # A refused attempt is a read too, or an operation that nobody polls would never end.
        self._table.count_busy_reads()
        if any(deployment.state in BUSY for deployment in self.every()):
            raise request_conflict(account)

    def _change(self, name: str, request: DeploymentRequest) -> None:
        self._uptimes.change(name, request.sku, self._clock.now())
        self._database.update(
            "deployments",
            "name",
            name,
            sku=request.sku,
            capacity=request.capacity,
            rai_policy=request.rai_policy,
            upgrade=request.upgrade,
            tags=request.tags,
            changed_at=self._clock.now(),
        )

    def _insert(
        self, name: str, request: DeploymentRequest, model: ServedModel, state: str = "Creating"
    ) -> None:
        now = self._clock.now()
        self._remove(name, now)
        if model.job is not None:
            self._uptimes.begin(name, model.base.id, request.sku, now)
        version = request.model_version or ("1" if model.job else model.base.version)
        self._database.insert(
            "deployments",
            **{**vars(request), "model_version": version},
            name=name,
            tuned=int(model.job is not None),
            created_at=now,
            changed_at=now,
            state=state,
            started_at=now,
            ready_at=now if state == "Succeeded" else None,
            rule=str(self._transitions.of("deployment")),
            ready_rule="immediate" if state == "Succeeded" else str(self._transitions.of("ready")),
        )

    def _put_base(self, name: str, model_name: str) -> None:
        model = self._models.resolve(model_name)
        if model is None:
            raise ValueError(f"base deployment {name!r}: the model {model_name!r} is not known")
        base, upgrade = model.base, "NoAutoUpgrade"
        named = (base.format, base.name, base.version, "")
        request = DeploymentRequest(
            "GlobalStandard", BASE_CAPACITY, *named, FILTERS[1], upgrade, {}
        )
        self._insert(name, request, model, "Succeeded")
