"""Addresses of deployments in Azure Resource Manager."""

from starlette.routing import Route

from local.azure.routing import Planes

from .handlers import DeploymentHandlers

PROVIDER = "/providers/Microsoft.CognitiveServices"
ACCOUNT = "/subscriptions/{subscription}/resourceGroups/{group}" + PROVIDER + "/accounts/{account}"
DEPLOYMENTS = ACCOUNT + "/deployments"
DEPLOYMENT = DEPLOYMENTS + "/{deployment}"
LOCATION = "/subscriptions/{subscription}" + PROVIDER + "/locations/{location}"


def routes(planes: Planes, handlers: DeploymentHandlers) -> list[Route]:
    """`…/accounts/{account}`, its deployments, operations and usages."""
    return [
        planes.management(ACCOUNT, "GET", handlers.account),
        planes.management(DEPLOYMENTS, "GET", handlers.index),
        planes.management(DEPLOYMENT, "PUT", handlers.put),
        planes.management(DEPLOYMENT, "GET", handlers.get),
        planes.management(DEPLOYMENT, "PATCH", handlers.patch),
        planes.management(DEPLOYMENT, "DELETE", handlers.delete),
        planes.management(DEPLOYMENT + "/pause", "POST", handlers.pause),
        planes.management(DEPLOYMENT + "/resume", "POST", handlers.resume),
        planes.management(LOCATION + "/operationResults/{operation}", "GET", handlers.operation),
        planes.management(LOCATION + "/usages", "GET", handlers.usages),
    ]
