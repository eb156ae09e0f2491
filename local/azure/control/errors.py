"""What the control API says to a request that it cannot use."""

from local.azure.errors import ServiceError


def bad_control(message: str) -> ServiceError:
    """400 that names what was seen and what is possible."""
    return ServiceError(400, "badControl", message)
