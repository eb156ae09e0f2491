"""The roles of the emulated identity, and the scopes on which it has them.

Only those whose scope decides whether a question is answered: Azure Monitor answers for one
resource to a role on that resource, and in batches only to a role on the subscription; the quota of
a region is no part of any resource.
"""

from enum import StrEnum
from typing import NamedTuple


class Scope(StrEnum):
    """Where a role is assigned. One on the subscription counts for the account as well."""

    NONE = "none"
    ACCOUNT = "account"
    SUBSCRIPTION = "subscription"


class Permission(NamedTuple):
    """What a route requires.

    Attributes:
        role: The name of the role.
        scope: The narrowest assignment that is enough.
        action: What the role allows, as refusals name it.
        status: Of the refusal.
    """

    role: str
    scope: Scope
    action: str
    status: int = 403


MONITORING_READER = "Monitoring Reader"
USAGES_READER = "Cognitive Services Usages Reader"
#: As a deployment by `docs/azure.md` has them.
DEFAULTS = {MONITORING_READER: Scope.ACCOUNT, USAGES_READER: Scope.SUBSCRIPTION}

READ_METRICS = Permission(MONITORING_READER, Scope.ACCOUNT, "Microsoft.Insights/metrics/read")
#: 401, not 403, to a role that is on the resource only (azure-monitor-docs, page
#: metrics/migrate-to-batch-api).
READ_METRICS_IN_BATCHES = Permission(
    MONITORING_READER, Scope.SUBSCRIPTION, "Microsoft.Insights/metrics/read", 401
)
READ_USAGES = Permission(
    USAGES_READER, Scope.SUBSCRIPTION, "Microsoft.CognitiveServices/locations/usages/read"
)
_WIDTH = {Scope.NONE: 0, Scope.ACCOUNT: 1, Scope.SUBSCRIPTION: 2}


class Roles:
    """The role assignments of the one identity that the emulator issues tokens for."""

    def __init__(self) -> None:
        self._assigned = dict(DEFAULTS)

    def reset(self) -> None:
        """Assign the documented roles, and no others."""
        self._assigned = dict(DEFAULTS)

    def assign(self, role: str, scope: str) -> None:
        """Give the identity a role on a scope, in place of the scope it had.

        Raises:
            ValueError: for a role that decides nothing here, or an unknown scope.
        """
        if role not in DEFAULTS:
            raise ValueError(f"role {role!r}: use one of {', '.join(DEFAULTS)}")
        if scope not in list(Scope):
            raise ValueError(f"scope {scope!r}: use one of {', '.join(Scope)}")
        self._assigned[role] = Scope(scope)

    def allows(self, permission: Permission) -> bool:
        """Whether the identity has what a route requires."""
        return _WIDTH[self._assigned[permission.role]] >= _WIDTH[permission.scope]

    def describe(self) -> dict[str, str]:
        """The scope of each role."""
        return {role: scope.value for role, scope in self._assigned.items()}
