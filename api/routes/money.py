"""What things cost, and the approval of what is above a budget."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import door
from api.endpoints import costs

routes = df.Blueprint()


@routes.route(route="costs", methods=["GET"])
@door
async def show_costs(req: Request) -> Response:
    """What a month has cost."""
    return await costs.month(req)


@routes.route(route="runs/{id}/approve", methods=["POST"], auth_level=func.AuthLevel.ADMIN)
@routes.durable_client_input(client_name="client")
@door
async def approve_run(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Let a run exceed the budgets."""
    return await costs.approved(req, client)
