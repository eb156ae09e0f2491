"""Routes of deployments in Azure Resource Manager."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import DeploymentHandlers

PROVIDER = "/providers/Microsoft.CognitiveServices"
ACCOUNT = "/subscriptions/{subscription}/resourceGroups/{group}" + PROVIDER + "/accounts/{account}"
DEPLOYMENTS = ACCOUNT + "/deployments"
DEPLOYMENT = DEPLOYMENTS + "/{deployment}"
LOCATION = "/subscriptions/{subscription}" + PROVIDER + "/locations/{location}"


def routes(builder: RouteBuilder, handlers: DeploymentHandlers) -> list[Route]:
    """`…/accounts/{account}`, its deployments, operations and usages."""
    return [
        builder.management(ACCOUNT, "GET", handlers.account),
        builder.management(DEPLOYMENTS, "GET", handlers.index),
        builder.management(DEPLOYMENT, "PUT", handlers.put),
        builder.management(DEPLOYMENT, "GET", handlers.get),
        builder.management(DEPLOYMENT, "PATCH", handlers.patch),
        builder.management(DEPLOYMENT, "DELETE", handlers.delete),
        builder.management(DEPLOYMENT + "/pause", "POST", handlers.pause),
        builder.management(DEPLOYMENT + "/resume", "POST", handlers.resume),
        builder.management(LOCATION + "/operationResults/{operation}", "GET", handlers.operation),
        builder.management(LOCATION + "/usages", "GET", handlers.usages),
    ]
