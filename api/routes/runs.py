"""What people and scripts ask of runs and deployments."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import door
from api.endpoints import deployments, reports, runs

routes = df.Blueprint()


@routes.route(route="runs", methods=["GET"])
@door
async def list_runs(req: Request) -> Response:
    """Runs, newest first."""
    return await runs.listed(req)


@routes.route(route="runs/{id}", methods=["GET"])
@routes.durable_client_input(client_name="client")
@door
async def show_run(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """One run: where it stands and what it waits for."""
    return await runs.shown(req, client)


@routes.route(route="runs/{id}/report", methods=["GET"])
@door
async def show_report(req: Request) -> Response:
    """What validation and evaluation found."""
    return await reports.report(req)


@routes.route(route="runs/{id}/events", methods=["GET"])
@door
async def show_events(req: Request) -> Response:
    """Events, checkpoints and curve of the training."""
    return await reports.events(req)


@routes.route(route="runs/{id}/cancel", methods=["POST"], auth_level=func.AuthLevel.ADMIN)
@routes.durable_client_input(client_name="client")
@door
async def cancel_run(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Stop a run, at the service too."""
    return await runs.cancelled(req, client)


@routes.route(route="deployments", methods=["GET"])
@door
async def list_deployments(req: Request) -> Response:
    """What is live, and until when."""
    return await deployments.listed(req)
