"""Routes of deployments in Azure Resource Manager."""

from starlette.routing import Route

from local.azure.identity.roles import READ_USAGES
from local.azure.routing import RouteBuilder

from .handlers import DeploymentHandlers

PROVIDER = "/providers/Microsoft.CognitiveServices"
ACCOUNT = "/subscriptions/{subscription}/resourceGroups/{group}" + PROVIDER + "/accounts/{account}"
DEPLOYMENTS = ACCOUNT + "/deployments"
DEPLOYMENT = DEPLOYMENTS + "/{deployment}"
LOCATION = "/subscriptions/{subscription}" + PROVIDER + "/locations/{location}"


def routes(builder: RouteBuilder, handlers: DeploymentHandlers) -> list[Route]:
    """`…/accounts/{account}`, its models, deployments, operations and usages."""
    return [
        builder.management_route(ACCOUNT, "GET", handlers.account),
        builder.management_route(ACCOUNT + "/models", "GET", handlers.models),
        builder.management_route(DEPLOYMENTS, "GET", handlers.index),
        builder.management_route(DEPLOYMENT, "PUT", handlers.put),
        builder.management_route(DEPLOYMENT, "GET", handlers.get),
        builder.management_route(DEPLOYMENT, "PATCH", handlers.patch),
        builder.management_route(DEPLOYMENT, "DELETE", handlers.delete),
        builder.management_route(DEPLOYMENT + "/pause", "POST", handlers.pause),
        builder.management_route(DEPLOYMENT + "/resume", "POST", handlers.resume),
        builder.management_route(
            LOCATION + "/operationResults/{operation}", "GET", handlers.operation
        ),
        builder.management_route(
            LOCATION + "/usages", "GET", handlers.usages, permission=READ_USAGES
        ),
    ]
