"""One file for each HTTP resource. Importing this package registers all endpoints."""

from api.endpoint import ENDPOINTS, blueprint
from api.endpoints import (
    chat,
    chat_options,
    clients,
    costs,
    deletion,
    deployments,
    health,
    lifecycle,
    models,
    runs,
    usage,
    versions,
    webhooks,
)

__all__ = [
    "ENDPOINTS",
    "blueprint",
    "chat",
    "chat_options",
    "clients",
    "costs",
    "deletion",
    "deployments",
    "health",
    "lifecycle",
    "models",
    "runs",
    "usage",
    "versions",
    "webhooks",
]
