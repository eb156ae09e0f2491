"""Deployments of models, through Azure Resource Manager.

Source: Microsoft.CognitiveServices/accounts/deployments, api-version 2025-09-01 (the SDK's). `put`
and `delete` only begin: orchestrators look at the state, so no thread waits for minutes.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from shared.clients.credentials import ARM_SCOPE, credential, plain_http_policy, require_https
from shared.clients.masking import mask
from shared.clients.refusals import ARM
from shared.clients.translate import translate_errors
from shared.errors import ServiceError
from shared.models import DEFAULT_FORMAT
from shared.settings import settings

if TYPE_CHECKING:
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
    from azure.mgmt.cognitiveservices.models import Deployment

SUCCEEDED = "Succeeded"
FAILED_STATES = frozenset({"Failed", "Canceled", "Disabled"})
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
_NOTHING_ABOVE = frozenset(
    {"ResourceGroupNotFound", "ParentResourceNotFound", "SubscriptionNotFound", "not_found"}
)
# A tuned model has one version (AAD how-to/fine-tuning-deploy).
_TUNED_VERSION = "1"


@dataclass(frozen=True)
class DeploymentFacts:
    """A deployment as Resource Manager describes it.

    Attributes:
        model: The model's name, such as `gpt-4.1-mini-2025-04-14.ft-<hex>`, or a checkpoint's id.
        version: Of a base model, such as `2025-04-14`; `1` of a tuned one.
        state: `Accepted`, `Creating`, `Succeeded`, `Failed`, `Deleting`, or one not known yet.
            `Succeeded` does not mean that chats are answered: see `completions.probe`.
        capacity: Thousands of tokens per minute.
        error: What the service says went wrong, where it says so.
    """

    name: str
    model: str
    version: str
    state: str
    sku: str
    capacity: int
    created_at: datetime | None
    error: str | None

    @property
    def is_tuned(self) -> bool:
        """Whether its model is a tuned one, whose hours are charged, used or not."""
        return ".ft-" in self.model or self.model.startswith("ftchkpt-")


class Deployments:
    """The deployments of one account. Every method may raise `ServiceError`."""

    def __init__(
        self, client: "CognitiveServicesManagementClient", group: str, account: str
    ) -> None:
        self._client = client
        self._group = group
        self._account = account

    def get(self, name: str) -> DeploymentFacts | None:
        """The deployment as it is now; None if there is none of that name."""
        try:
            with translate_errors(ARM, f"show deployment {name}"):
                found: Any = self._client.deployments.get(
                    self._group, self._account, name, cls=_from_answer
                )
                return cast("DeploymentFacts", found)
        except ServiceError as error:
            if self._missing(error):
                return None
            raise

    def put(
        self,
        name: str,
        *,
        model: str,
        sku: str,
        capacity: int,
        content_filter: str | None = None,
        model_format: str = DEFAULT_FORMAT,
        version: str = _TUNED_VERSION,
    ) -> DeploymentFacts:
        """Begin to create the deployment, or to make it so if it exists. Safe to repeat.

        Args:
            name: 2 to 64 of letters, digits and `-`.
            model: The tuned model's id.
            sku: `Standard`, `DataZoneStandard`, `GlobalStandard` or `DeveloperTier`.
            capacity: Thousands of tokens per minute.
            content_filter: Name of an RAI policy; None for the service's default.
            model_format: Another for open-weight models; a wrong one is answered with 500.
            version: Of a base model.

        Raises:
            ServiceError: `InsufficientQuota`, `RequestConflict` (one write at a time per account),
                `DeploymentModelNotSupported` and others.
        """
        from azure.mgmt.cognitiveservices import models

        wanted = models.Deployment(
            sku=models.Sku(name=sku, capacity=capacity),
            properties=models.DeploymentProperties(
                model=models.DeploymentModel(format=model_format, name=model, version=version),
                rai_policy_name=content_filter,
            ),
        )
        with translate_errors(ARM, f"deploy {model} as {name} ({sku}, capacity {capacity})"):
            begun = self._client.deployments.begin_create_or_update(
                self._group, self._account, name, wanted, polling=False
            )
            return _facts(begun.result())

    def delete(self, name: str) -> bool:
        """Begin to delete the deployment; False if there is none of that name."""
        try:
            with translate_errors(ARM, f"delete deployment {name}"):
                # 204 says that there was nothing; the SDK does not tell it from 202.
                status: list[int] = []
                self._client.deployments.begin_delete(
                    self._group,
                    self._account,
                    name,
                    polling=False,
                    raw_response_hook=lambda seen: status.append(seen.http_response.status_code),
                )
                return status[-1:] != [204]
        except ServiceError as error:
            if self._missing(error):
                return False
            raise

    def _missing(self, error: ServiceError) -> bool:
        # 404 is also said of a wrong account, group or subscription. That must not look like a
        # deployment that somebody deleted, or every model would seem to be asleep.
        above = f"accounts/{self._account}'" in error.message
        return error.status == 404 and error.code not in _NOTHING_ABOVE and not above

    def list(self) -> list[DeploymentFacts]:
        """All deployments of the account, whoever made them."""
        with translate_errors(ARM, f"list deployments of {self._account}"):
            return [
                _facts(one) for one in self._client.deployments.list(self._group, self._account)
            ]


def deployments() -> Deployments:
    """The deployments of the account in the settings."""
    now = settings()
    return Deployments(management(), now.resource_group, now.account)


def management() -> "CognitiveServicesManagementClient":
    """The client of Resource Manager, one per process."""
    now = settings()
    return _client(now.arm_endpoint, now.subscription, os.environ.get("IDENTITY_ENDPOINT"))


@cache
def _client(
    endpoint: str, subscription: str, _identity: str | None
) -> "CognitiveServicesManagementClient":
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

    scope = arm_scope(require_https(endpoint, "ARM_ENDPOINT"))
    return CognitiveServicesManagementClient(
        credential(),
        subscription,
        base_url=endpoint,
        credential_scopes=[scope],
        authentication_policy=plain_http_policy(endpoint, scope),
        connection_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        # Only a broken connection is tried again at once; a refusal is the orchestrator's to wait
        # out, with its reason shown.
        retry_total=2,
        retry_status=0,
    )


def arm_scope(endpoint: str) -> str:
    """The Entra scope of a Resource Manager: its own address, or the public one's on a laptop."""
    return f"{endpoint}/.default" if urlsplit(endpoint).scheme == "https" else ARM_SCOPE


def _from_answer(answer: Any, one: "Deployment", _headers: object) -> DeploymentFacts:
    # The SDK's models drop what their schema does not have, and the reason of a failure is that.
    properties = answer.http_response.json().get("properties") or {}
    return replace(_facts(one), error=_reason(properties))


def _facts(one: "Deployment") -> DeploymentFacts:
    properties, sku = one.properties, one.sku
    model = properties.model if properties else None
    return DeploymentFacts(
        name=one.name or "",
        model=(model.name if model else None) or "",
        version=(model.version if model else None) or "",
        state=str(properties.provisioning_state or "") if properties else "",
        sku=sku.name if sku else "",
        capacity=(sku.capacity if sku else None) or 0,
        created_at=one.system_data.created_at if one.system_data else None,
        error=None,
    )


def _reason(properties: Mapping[str, Any]) -> str | None:
    found = properties.get("error") or properties.get("statusMessage")
    if isinstance(found, Mapping):
        found = found.get("message") or found.get("code")
    return mask(str(found)) if found else None
