"""What Azure Resource Manager says about deployments; texts as users have reported them."""

from local.azure.errors import ServiceError


def account_not_found(account: str) -> ServiceError:
    """404 for an account other than the one that `--account` names."""
    return ServiceError(
        404,
        "ResourceNotFound",
        f"The Resource '{account}' was not found. For more details please go to"
        " https://aka.ms/ARMResourceNotFoundFix",
    )


def deployment_not_found(name: str) -> ServiceError:
    """404 for a deployment that is not there (any more)."""
    return ServiceError(
        404, "ResourceNotFound", f"The deployment '{name}' of the account was not found."
    )


def operation_not_found(identity: str) -> ServiceError:
    """404 for an operation that does not exist."""
    return ServiceError(404, "NotFound", f"The operation '{identity}' was not found.")


def request_conflict(parent: str) -> ServiceError:
    """409 while another deployment of the account is made or deleted."""
    return ServiceError(
        409,
        "RequestConflict",
        f"Another operation is being performed on the parent resource '{parent}'."
        " Please try again later.",
    )


def bad_body(message: str) -> ServiceError:
    """400 for a body that lacks what a deployment needs."""
    return ServiceError(400, "InvalidRequestContent", message)


def bad_name(name: str) -> ServiceError:
    """400 for a deployment name outside the safe set."""
    return ServiceError(
        400,
        "InvalidResourceName",
        f"The deployment name '{name}' is not valid: use up to 64 of a-z, 0-9, '-', '_', '.'.",
    )


def unsupported_model(form: str, name: str, version: str, source: str) -> ServiceError:
    """400 for a model that does not exist, or not in this account."""
    return ServiceError(
        400,
        "DeploymentModelNotSupported",
        f"The model 'Format: {form}, Name: {name}, Version: {version}, Source: {source}' of"
        " account deployment is not supported.",
    )


def retired_model(name: str, version: str, since: str) -> ServiceError:
    """400 for a base model that may not be deployed any more; the text as users report it."""
    return ServiceError(
        400,
        "ServiceModelDeprecated",
        f"The model 'Format: OpenAI, Name: {name}, Version: {version}' has been deprecated since"
        f" {since}, and hence unavailable for new deployment.",
    )


def unsupported_sku(sku: str, model: str, version: str, location: str) -> ServiceError:
    """400 for a SKU that the model does not have here."""
    return ServiceError(
        400,
        "InvalidResourceProperties",
        f"The specified SKU '{sku}' for model '{model} {version}' is not supported in this region"
        f" '{location}'.",
    )


def bad_capacity(seen: object) -> ServiceError:
    """400 for a capacity that is no positive integer."""
    return ServiceError(
        400, "InvalidCapacity", f"The specified capacity '{seen}' of account deployment is invalid."
    )


def filter_not_found(name: str) -> ServiceError:
    """400 for a content filter that is not there (the live code is not documented)."""
    return ServiceError(
        400, "InvalidResourceProperties", f"The specified RAI policy '{name}' does not exist."
    )


def limit_error(limit: int) -> ServiceError:
    """400 for one more deployment than an account may have (only the code is documented)."""
    return ServiceError(
        400,
        "DeploymentLimitReached",
        f"The account has reached the maximum of {limit} fine-tuned model deployments."
        " Delete a deployment and try again.",
    )


def insufficient_quota(needed: int, usage: str, used: int, limit: int) -> ServiceError:
    """400 for more tokens per minute than the quota has left."""
    # `OpenAI.Standard.gpt-4.1-mini`: the model's name may hold dots itself.
    label = f"Tokens Per Minute (thousands) - {usage.split('.', 2)[2]}"
    return ServiceError(
        400,
        "InsufficientQuota",
        f"This operation require {needed} new capacity in quota {label}, which is bigger than the"
        f" current available capacity {limit - used}. The current quota usage is {used} and the"
        f" quota limit is {limit} for quota {label}.",
    )


def unknown_upgrade(seen: object, known: tuple[str, ...]) -> ServiceError:
    """400 for a way to upgrade that there is not (the live text is not documented)."""
    return ServiceError(
        400,
        "InvalidResourceProperties",
        f"The specified versionUpgradeOption '{seen}' is none of {', '.join(known)}.",
    )


def wrong_format() -> ServiceError:
    """500 for another maker's format than the model's: all that the service says then."""
    return ServiceError(500, "InternalServerError", "An error occurred. Please try again later.")


def cannot_pause(sku: str) -> ServiceError:
    """400 for a pause of a SKU that has none."""
    return ServiceError(
        400, "InvalidResourceProperties", f"A deployment of SKU '{sku}' cannot be paused."
    )
