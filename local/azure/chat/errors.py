"""What the service says about chats that it does not answer."""

from typing import Any

from local.azure.errors import ServiceError


def bad_request(message: str, param: str | None, code: str | None = None) -> ServiceError:
    """400 in the shape of the inference engine behind the service."""
    extra = {"type": "invalid_request_error", "param": param, "code": code}
    return ServiceError(400, "", message, extra=extra)


def deployment_not_found() -> ServiceError:
    """404 for a deployment that is not there, or not ready yet."""
    return ServiceError(
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within"
        " the last 5 minutes, please wait a moment and try again.",
    )


def deployment_not_ready(name: str) -> ServiceError:
    """404 for a tuned open-weight model that has too little capacity to load its adapter."""
    return ServiceError(404, "DeploymentNotReady", f"The deployment '{name}' is not ready.")


def paused_deployment_error(name: str) -> ServiceError:
    """423 for a deployment that was paused (the live text is not documented)."""
    return ServiceError(
        423, "DeploymentPaused", f"The deployment '{name}' is paused. Resume it and try again."
    )


def retired_model_error(name: str) -> ServiceError:
    """410 for a deployment whose model has been retired (the live text is not documented)."""
    return ServiceError(410, "ModelDeprecated", f"The model '{name}' has been retired.")


def too_many_headers() -> ServiceError:
    """431 for more custom headers than the service takes."""
    return ServiceError(431, "431", "Too many custom headers; at most 10 are allowed.")


def context_length_error(limit: int, seen: int) -> ServiceError:
    """400 for a prompt that is longer than the context of the model."""
    return bad_request(
        f"This model's maximum context length is {limit} tokens. However, your messages resulted in"
        f" {seen} tokens. Please reduce the length of the messages.",
        "messages",
        "context_length_exceeded",
    )


def rate_limit_error(kind: str, version: str, seconds: float) -> ServiceError:
    """429 for more requests or tokens than the deployment's capacity allows."""
    whole = max(1, round(seconds + 0.5))
    return ServiceError(
        429,
        "429",
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version"
        f" {version} have exceeded {kind} rate limit of your current OpenAI S0 pricing tier."
        f" Please retry after {whole} seconds. Please go here: https://aka.ms/oai/quotaincrease if"
        " you would like to further increase the default rate limit.",
        headers={
            "retry-after": str(whole),
            "retry-after-ms": str(max(1, round(seconds * 1000))),
            "x-ratelimit-reset-requests": f"{whole}s",
            "x-ratelimit-reset-tokens": f"{whole}s",
        },
    )


def prompt_filter_error(results: dict[str, Any]) -> ServiceError:
    """400 for a prompt that the content filter stops."""
    return ServiceError(
        400,
        "content_filter",
        "The response was filtered due to the prompt triggering Azure OpenAI's content management"
        " policy. Please modify your prompt and retry. To learn more about our content filtering"
        " policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
        extra={
            "type": None,
            "param": "prompt",
            "status": 400,
            "innererror": {
                "code": "ResponsibleAIPolicyViolation",
                "content_filter_result": results,
            },
        },
    )
