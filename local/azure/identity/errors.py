"""What the identity endpoint and the APIs behind it say to a caller without a valid token."""

from local.azure.errors import ServiceError

from .roles import Permission


def bad_request(message: str) -> ServiceError:
    """400 for a token request without a resource or with an unknown api-version."""
    return ServiceError(400, "invalid_request", message)


def wrong_key() -> ServiceError:
    """401 of the data plane for a missing or unknown key."""
    return ServiceError(
        401,
        "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide"
        " a valid key for an active subscription and use a correct regional API endpoint for your"
        " resource.",
    )


def wrong_token() -> ServiceError:
    """401 of the data plane for a token that is expired, forged or meant for another service."""
    return ServiceError(
        401,
        "401",
        "Unauthorized. Access token is missing, invalid, audience is incorrect"
        " (https://cognitiveservices.azure.com), or have expired.",
    )


def management_missing() -> ServiceError:
    """401 of Azure Resource Manager without an Authorization header."""
    return ServiceError(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
    )


def management_invalid() -> ServiceError:
    """401 of Azure Resource Manager for a token that is expired, forged or for another audience."""
    return ServiceError(
        401,
        "InvalidAuthenticationToken",
        "The access token is invalid, expired or its audience is not this service. Ask for the"
        " scope https://management.azure.com/.default.",
    )


def role_missing(permission: Permission, scope: str) -> ServiceError:
    """403 of Azure Resource Manager, or 401 of batch metrics, for want of a role on the scope."""
    code = "AuthorizationFailed" if permission.status == 403 else "Unauthorized"
    return ServiceError(
        permission.status,
        code,
        "The client 'emulated-identity' with object id 'emulated-identity' does not have"
        f" authorization to perform action '{permission.action}' over scope '{scope}' or the scope"
        " is invalid. If access was recently granted, please refresh your credentials.",
    )
