"""What people and scripts ask of runs and deployments."""

from api import schemas
from api.catalog.door import Door

DOORS = (
    Door(
        "list_runs",
        "get",
        "runs",
        "function",
        "Runs, the newest first.",
        schemas.RunList,
        query=schemas.RunsQuery,
        errors=(400,),
    ),
    Door(
        "show_run",
        "get",
        "runs/{id}",
        "function",
        "One run: phase, progress, what it waits for.",
        schemas.Run,
        errors=(404,),
    ),
    Door(
        "show_report",
        "get",
        "runs/{id}/report",
        "function",
        "What validation and evaluation found, as JSON or HTML by `Accept`.",
        schemas.Report,
        forms=("text/html",),
        errors=(404,),
    ),
    Door(
        "show_events",
        "get",
        "runs/{id}/events",
        "function",
        "Events, checkpoints and curve of the training.",
        schemas.Events,
        errors=(404,),
    ),
    Door(
        "cancel_run",
        "post",
        "runs/{id}/cancel",
        "admin",
        "Stop a run, at the service too. The answer shows the run while it is being stopped.",
        schemas.Run,
        status=202,
        errors=(404, 409),
    ),
    Door(
        "list_deployments",
        "get",
        "deployments",
        "function",
        "What is deployed, the longest idle first.",
        schemas.DeploymentList,
    ),
)
