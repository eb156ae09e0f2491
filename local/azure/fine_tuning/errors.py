"""What the service says about jobs, in answers and in jobs that failed."""

from typing import Any

from local.azure.errors import ServiceError, invalid, quota_error


def job_not_found(identity: str) -> ServiceError:
    """404 for a job that is not there."""
    return ServiceError(404, "notFound", f"The fine-tuning job '{identity}' does not exist.")


def file_missing(identity: str, param: str) -> ServiceError:
    """400 for a job that names a file which is not there."""
    return invalid(f"The specified file '{identity}' could not be found.", param)


def file_not_ready(identity: str, status: str, param: str) -> ServiceError:
    """400 for a job whose file is still processed or was refused."""
    return ServiceError(
        400,
        "unexpectedEntityState",
        f"The specified file '{identity}' is in state '{status}'; it must be 'processed'.",
        param=param,
    )


def wrong_state(identity: str, status: str, verb: str) -> ServiceError:
    """400 for a job that cannot be cancelled, paused or resumed as it is."""
    return ServiceError(
        400, "unexpectedEntityState", f"The job '{identity}' is '{status}' and cannot be {verb}."
    )


def too_many_queued_jobs(limit: int) -> ServiceError:
    """The queue of the resource is full."""
    return quota_error(
        f"The resource has reached the maximum of {limit} queued fine-tuning jobs."
        " Wait until one has started and try again."
    )


def too_many_jobs(limit: int) -> ServiceError:
    """The resource has had its full number of jobs."""
    return quota_error(f"The resource has reached the maximum of {limit} fine-tuning jobs.")


def failure(code: str, message: str, param: str | None = None) -> dict[str, Any]:
    """The `error` of a job that failed."""
    return {"code": code, "message": message, "param": param}


def too_few_examples(count: int, param: str) -> dict[str, Any]:
    """A file with fewer examples than a job needs."""
    kind = param.partition("_")[0].capitalize()
    return failure(
        "invalidPayload",
        f"{kind} file has {count} example(s), but must have at least 10 examples",
        param,
    )


def bad_example(fault: str, param: str) -> dict[str, Any]:
    """A file with an example that the method cannot use."""
    return failure(
        "jsonlValidationFailed",
        f"The job failed due to an invalid {param.replace('_', ' ')}. Invalid file format. {fault}",
        param,
    )


def harmful_data() -> dict[str, Any]:
    """Training data that the safety check refuses, in the documented words."""
    return failure(
        "contentFilter",
        "The provided training data failed RAI checks for harm types: [hate_fairness, self_harm,"
        " violence]. Please fix the data and try again.",
        "training_file",
    )


def harmful_model() -> dict[str, Any]:
    """A tuned model that the safety evaluation refuses, in the documented words."""
    return failure(
        "contentFilter",
        "This model is unable to be deployed. Model evaluation identified that this fine tuned"
        " model scores above acceptable thresholds for [Violence, Self Harm].",
    )


def internal_failure() -> dict[str, Any]:
    """A job that breaks in the middle through no fault of its data."""
    return failure("internalFailure", "The job failed with an internal error. Please try again.")


def out_of_time(hours: int) -> dict[str, Any]:
    """A job above the longest time a job may run."""
    return failure("internalFailure", f"The job exceeded the maximum run time of {hours} hours.")
