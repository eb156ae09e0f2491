"""The body of a deployment's PUT, checked."""

import re
from dataclasses import dataclass
from typing import Any

from .errors import bad_body, bad_capacity, bad_name, unknown_upgrade

# every SKU, and whether a tuned model can have it; the names are taken in any case
SKUS = {
    "globalstandard": ("GlobalStandard", True),
    "datazonestandard": ("DataZoneStandard", True),
    "standard": ("Standard", True),
    "developertier": ("DeveloperTier", True),
    "globalprovisionedmanaged": ("GlobalProvisionedManaged", True),
    "provisionedmanaged": ("ProvisionedManaged", True),
    "datazoneprovisionedmanaged": ("DataZoneProvisionedManaged", False),
    "globalbatch": ("GlobalBatch", False),
    "datazonebatch": ("DataZoneBatch", False),
}
UPGRADES = ("OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", "NoAutoUpgrade")
# paths keep a name apart from an action, so a name cannot hold a slash
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")


@dataclass(frozen=True)
class DeploymentRequest:
    """A checked request for a deployment."""

    sku: str
    capacity: int
    model_format: str
    model_name: str
    model_version: str
    model_source: str
    rai_policy: str
    upgrade: str
    tags: dict[str, str]


def check_name(name: str) -> None:
    """Refuses a name that a deployment cannot have.

    Raises:
        ServiceError: 400.
    """
    if not NAME.fullmatch(name):
        raise bad_name(name)


def read_deployment_request(body: dict[str, Any]) -> DeploymentRequest:
    """Checks a body.

    Raises:
        ServiceError: 400 that names what is missing.
    """
    properties = _mapping(body, "properties")
    model = _mapping(properties, "model")
    sku, capacity = read_sku(body.get("sku"))
    if not isinstance(model.get("name"), str) or not model["name"]:
        raise bad_body("The required property 'properties.model.name' is missing.")
    return DeploymentRequest(
        sku=sku,
        capacity=capacity,
        model_format=_format(model.get("format", "OpenAI")),
        model_name=model["name"],
        model_version=str(model.get("version") or ""),
        model_source=str(model.get("source") or ""),
        rai_policy=str(properties.get("raiPolicyName") or "Microsoft.DefaultV2"),
        upgrade=_upgrade(properties.get("versionUpgradeOption") or UPGRADES[0]),
        tags=read_tags(body.get("tags")),
    )


def read_tags(value: Any) -> dict[str, str]:
    """The tags, none if they are not given.

    Raises:
        ServiceError: 400 if they are not pairs of strings.
    """
    tags = {} if value is None else value
    if not isinstance(tags, dict) or not all(isinstance(text, str) for text in tags.values()):
        raise bad_body("The property 'tags' must be an object of strings.")
    return tags


def read_sku(value: Any) -> tuple[str, int]:
    """The SKU's name as given (or in its proper case) and its capacity.

    Raises:
        ServiceError: 400.
    """
    if not isinstance(value, dict) or not value.get("name"):
        raise bad_body("The required property 'sku.name' is missing.")
    capacity = value.get("capacity", 1)
    if not isinstance(capacity, int) or isinstance(capacity, bool) or capacity < 1:
        raise bad_capacity(capacity)
    name = str(value["name"])
    return SKUS.get(name.lower(), (name, False))[0], capacity


def _format(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise bad_body("The property 'properties.model.format' must be a string.")
    return value


def _upgrade(value: Any) -> str:
    if value not in UPGRADES:
        raise unknown_upgrade(value, UPGRADES)
    return str(value)


def _mapping(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise bad_body(f"The required property '{name}' is missing.")
    return value
