"""Handlers of the fine-tuning routes."""

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.azure.clock import Clock
from local.azure.errors import ServiceError
from local.azure.files.state import Files
from local.azure.models.catalogue import CATALOGUE
from local.azure.models.errors import model_without_fine_tuning
from local.azure.routing import created_response, json_object
from local.azure.settings import Settings

from .errors import file_missing
from .graders import check_grader
from .job import Job
from .paging import page
from .request import read_job_request
from .state import Jobs
from .training_examples import read_training_examples
from .tuned import checkpoint_model


class JobHandlers:
    """Create, list, get, cancel, pause, resume, events, checkpoints."""

    def __init__(self, jobs: Jobs, files: Files, clock: Clock, settings: Settings) -> None:
        self._jobs, self._files, self._clock = jobs, files, clock
        self._training_type_required = settings.training_type_required
        self._retirement, self._location = settings.retirement, settings.location

    async def create(self, request: Request) -> Response:
        """Queues a job; the answer says `pending`."""
        body = await json_object(request)
        job_request = read_job_request(
            body,
            self._jobs.root_of,
            location=self._location,
            training_type_required=self._training_type_required,
        )
        if self._retirement and CATALOGUE[job_request.root].end("training") <= self._clock.now():
            raise model_without_fine_tuning()
        training = self._jobs.profile_of(job_request.training_file, "training_file")
        validation = None
        if job_request.validation_file:
            validation = self._jobs.profile_of(job_request.validation_file, "validation_file")
        path = self._files.content(job_request.training_file)
        try:
            examples = await asyncio.to_thread(read_training_examples, path, training.examples)
        except FileNotFoundError:
            # Deleted while it was read: no other than a file that was never there.
            raise file_missing(job_request.training_file, "training_file") from None
        self._jobs.check_room()
        job = self._jobs.add(job_request, training, validation, examples)
        return created_response(request, f"/fine_tuning/jobs/{job.id}", job.to_json())

    async def index(self, request: Request) -> Response:
        """Jobs, newest first, by pages of 20."""
        return JSONResponse(page(request, [job.to_json() for job in self._jobs.every()], 20))

    async def get(self, request: Request) -> Response:
        """One job."""
        return JSONResponse(self._jobs.get(request.path_params["job"], count_read=True).to_json())

    async def cancel(self, request: Request) -> Response:
        """Stops a job that is not over."""
        return JSONResponse(self._jobs.cancel(request.path_params["job"]).to_json())

    async def pause(self, request: Request) -> Response:
        """Holds a running job."""
        return JSONResponse(self._jobs.pause(request.path_params["job"]).to_json())

    async def resume(self, request: Request) -> Response:
        """Lets a paused job go on."""
        return JSONResponse(self._jobs.resume(request.path_params["job"]).to_json())

    async def delete(self, request: Request) -> Response:
        """Takes a job that is over out of the list (dated API only)."""
        self._jobs.delete(request.path_params["job"])
        return Response(status_code=204)

    async def events(self, request: Request) -> Response:
        """Events, newest first, by pages of 20."""
        events = [_event(row) for row in self._jobs.events(request.path_params["job"])]
        return JSONResponse(page(request, events, 20))

    async def checkpoints(self, request: Request) -> Response:
        """Checkpoints, newest first, by pages of 10."""
        job = self._jobs.get(request.path_params["job"])
        steps = reversed(job.checkpoint_steps(self._clock.now()))
        body = page(request, [_checkpoint(job, step) for step in steps], 10)
        ids = [item["id"] for item in body["data"]] or [None]
        return JSONResponse(body | {"first_id": ids[0], "last_id": ids[-1]})

    async def validate_grader(self, request: Request) -> Response:
        """Says whether a grader is complete."""
        grader = (await json_object(request)).get("grader")
        check_grader(grader)
        return JSONResponse({"grader": grader})

    async def copy(self, request: Request) -> Response:
        """Refuses: there is no second resource to copy a checkpoint to."""
        self._jobs.get(request.path_params["job"])
        destination = (await json_object(request)).get("destinationResourceId")
        raise ServiceError(
            400,
            "invalidPayload",
            f"The destination resource '{destination}' has no fine-tuning job or does not exist.",
            param="destinationResourceId",
        )


def _event(row: dict[str, Any]) -> dict[str, Any]:
    event = {
        "id": row["id"],
        "object": "fine_tuning.job.event",
        "created_at": int(row["created_at"]),
        "level": row["level"],
        "message": row["message"],
        "type": "metrics" if row["data"] else "message",
    }
    return event | ({"data": json.loads(row["data"])} if row["data"] else {})


def _checkpoint(job: Job, step: int) -> dict[str, Any]:
    return {
        "id": job.checkpoint_id(step),
        "object": "fine_tuning.job.checkpoint",
        "created_at": int(min(job.time_at(step / job.plan.steps), job.finished_at or 2**62)),
        "fine_tuned_model_checkpoint": checkpoint_model(job, step),
        "fine_tuning_job_id": job.id,
        "metrics": job.plan.metrics(step),
        "step_number": step,
    }
