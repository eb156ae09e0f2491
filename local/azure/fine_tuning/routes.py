"""Addresses of fine-tuning jobs."""

from starlette.routing import Route

from local.azure.routing import Planes

from .handlers import JobHandlers

JOBS = "/fine_tuning/jobs"
JOB = JOBS + "/{job}"
COPY = JOB + "/checkpoints/{checkpoint}/copy"


def routes(planes: Planes, handlers: JobHandlers) -> list[Route]:
    """`/fine_tuning/jobs…`; pause, resume and copy exist on v1 only."""
    return [
        *planes.data(JOBS, "POST", handlers.create),
        *planes.data(JOBS, "GET", handlers.index),
        *planes.data(JOB, "GET", handlers.get),
        planes.data_dated(JOB, "DELETE", handlers.delete),
        *planes.data(JOB + "/cancel", "POST", handlers.cancel),
        *planes.data(JOB + "/events", "GET", handlers.events),
        *planes.data(JOB + "/checkpoints", "GET", handlers.checkpoints),
        *planes.data_v1(JOB + "/pause", "POST", handlers.pause),
        *planes.data_v1(JOB + "/resume", "POST", handlers.resume),
        *planes.data_v1("/fine_tuning/alpha/graders/validate", "POST", handlers.validate_grader),
        *planes.data_v1(COPY, "POST", handlers.copy),
    ]
