"""Routes of Azure Monitor metrics."""

from starlette.routing import Route

from local.azure.deployments.routes import ACCOUNT
from local.azure.identity.roles import READ_METRICS, READ_METRICS_IN_BATCHES
from local.azure.identity.state import MANAGEMENT, METRICS
from local.azure.routing import RouteBuilder

from .handlers import MetricHandlers

ONE = ACCOUNT + "/providers/Microsoft.Insights/metrics"
BATCH = "/subscriptions/{subscription}/metrics:getBatch"


def routes(builder: RouteBuilder, handlers: MetricHandlers) -> list[Route]:
    """Metrics of one account, and of many at once."""
    return [
        builder.management_route(ONE, "GET", handlers.one, MANAGEMENT, READ_METRICS),
        builder.management_route(BATCH, "POST", handlers.batch, METRICS, READ_METRICS_IN_BATCHES),
    ]
