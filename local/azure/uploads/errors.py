"""What the service says about uploads; the live texts are not documented."""

from local.azure.errors import ServiceError, invalid


def upload_not_found(identity: str) -> ServiceError:
    """404 for an upload that is not there."""
    return ServiceError(404, "notFound", f"Upload '{identity}' does not exist in this resource.")


def not_pending(identity: str, status: str) -> ServiceError:
    """400 for an upload that is over."""
    return ServiceError(
        400, "unexpectedEntityState", f"Upload '{identity}' is '{status}'; it must be 'pending'."
    )


def unknown_part(part: str) -> ServiceError:
    """400 for a part that does not belong to the upload."""
    return invalid(f"The part '{part}' does not belong to this upload.", "part_ids")


def wrong_size(expected: int, seen: int) -> ServiceError:
    """400 for parts that do not add up to what was announced."""
    return invalid(f"The parts have {seen} bytes together, but {expected} were announced.", "bytes")


def wrong_checksum() -> ServiceError:
    """400 for contents that differ from the checksum given."""
    return invalid("The MD5 checksum of the parts differs from the one given.", "md5")


def upload_too_large(limit: int) -> ServiceError:
    """413 for a part that takes all parts of the upload above the limit."""
    return ServiceError(413, "invalidPayload", f"An upload can have at most {limit} bytes.")


def part_too_large(limit: int) -> ServiceError:
    """413 for a part above the limit."""
    return ServiceError(413, "invalidPayload", f"A part can have at most {limit} bytes.")
