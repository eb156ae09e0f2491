"""Routes of fine-tuning jobs."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import JobHandlers

JOBS = "/fine_tuning/jobs"
JOB = JOBS + "/{job}"
COPY = JOB + "/checkpoints/{checkpoint}/copy"


def routes(builder: RouteBuilder, handlers: JobHandlers) -> list[Route]:
    """`/fine_tuning/jobs…`; pause, resume and copy exist on v1 only."""
    return [
        *builder.data_routes(JOBS, "POST", handlers.create),
        *builder.data_routes(JOBS, "GET", handlers.index),
        *builder.data_routes(JOB, "GET", handlers.get),
        builder.dated_route(JOB, "DELETE", handlers.delete),
        *builder.data_routes(JOB + "/cancel", "POST", handlers.cancel),
        *builder.data_routes(JOB + "/events", "GET", handlers.events),
        *builder.data_routes(JOB + "/checkpoints", "GET", handlers.checkpoints),
        *builder.v1_routes(JOB + "/pause", "POST", handlers.pause),
        *builder.v1_routes(JOB + "/resume", "POST", handlers.resume),
        *builder.v1_routes("/fine_tuning/alpha/graders/validate", "POST", handlers.validate_grader),
        *builder.v1_routes(COPY, "POST", handlers.copy),
    ]
