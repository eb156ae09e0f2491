"""What the service says about models."""

from local.azure.errors import ServiceError


def model_not_found(identity: str) -> ServiceError:
    """404 for a model that this resource does not know."""
    return ServiceError(404, "notFound", f"The model '{identity}' does not exist.")


def model_without_fine_tuning() -> ServiceError:
    """400 as seen for a model without fine-tuning, and misleadingly without `trainingType`.

    Source: https://github.com/BerriAI/litellm/pull/24687
    """
    return ServiceError(
        400, "invalidPayload", "The specified base model does not support fine-tuning."
    )
