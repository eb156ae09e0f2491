"""What the service says about files. Texts for the limits are not documented; these are ours."""

from typing import Any

from local.azure.errors import ServiceError, invalid, quota_error


def file_not_found(identity: str) -> ServiceError:
    """404 for a file that is not there (any more)."""
    return ServiceError(404, "notFound", f"File '{identity}' does not exist in this resource.")


def unexpected_state(what: str, status: str, wanted: str) -> ServiceError:
    """400 for something in the wrong state (the live status is not documented)."""
    return ServiceError(
        400, "unexpectedEntityState", f"{what} is '{status}'; the operation needs {wanted}."
    )


def too_many_files(limit: int) -> ServiceError:
    """The resource holds its full number of files."""
    return quota_error(
        f"The resource has reached the maximum of {limit} files. Delete files and try again."
    )


def too_many_bytes(limit: int) -> ServiceError:
    """The resource holds its full number of bytes."""
    return quota_error(
        f"The total size of the files of this resource would exceed {limit} bytes."
        " Delete files and try again."
    )


def file_too_large(limit: int) -> ServiceError:
    """413 for one file above the limit."""
    return ServiceError(
        413, "invalidPayload", f"The file exceeds the maximum size of {limit} bytes.", param="file"
    )


def missing_field(name: str, seen: Any) -> ServiceError:
    """400 for a field of a JSON body that must be a string and is not."""
    return invalid(f"{name} {seen!r} must be a non-empty string", name)


def import_error(url: str, reason: str) -> ServiceError:
    """400 for an import whose source cannot be read; the query (a signature) is not repeated."""
    return ServiceError(
        400, "fileImportFailed", f"Import from '{url.partition('?')[0]}' failed: {reason}"
    )


def bad_purpose(seen: str) -> ServiceError:
    """400 for a purpose that uploads cannot have."""
    return invalid(
        f"Purpose '{seen}' is not supported. Supported are: assistants, batch, fine-tune, evals.",
        "purpose",
    )
