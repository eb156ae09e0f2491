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
        *builder.data(JOBS, "POST", handlers.create),
        *builder.data(JOBS, "GET", handlers.index),
        *builder.data(JOB, "GET", handlers.get),
        builder.data_dated(JOB, "DELETE", handlers.delete),
        *builder.data(JOB + "/cancel", "POST", handlers.cancel),
        *builder.data(JOB + "/events", "GET", handlers.events),
        *builder.data(JOB + "/checkpoints", "GET", handlers.checkpoints),
        *builder.data_v1(JOB + "/pause", "POST", handlers.pause),
        *builder.data_v1(JOB + "/resume", "POST", handlers.resume),
        *builder.data_v1("/fine_tuning/alpha/graders/validate", "POST", handlers.validate_grader),
        *builder.data_v1(COPY, "POST", handlers.copy),
    ]
