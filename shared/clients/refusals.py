"""What is known of the services' refusals: whether waiting helps, and what a person can do.

The codes and texts are those that users of the services have met; each row names its source, dated
2026-11. Order matters: the first row that fits decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A service as errors name it.

    Attributes:
        title: Its name.
        role: The role that the app's identity needs there, and where it is assigned.
    """

    title: str
    role: str


# The roles are those of learn.microsoft.com/azure/ai-foundry, page role-based-access-control.
OPENAI = Service("Azure OpenAI", "Cognitive Services OpenAI Contributor on the resource")
ARM = Service("Azure Resource Manager", "Cognitive Services OpenAI Contributor on the resource")
MONITOR = Service("Azure Monitor", "Monitoring Reader on the Azure OpenAI resource")
BLOBS = Service("Blob Storage", "Storage Blob Data Owner on the storage account")
TABLES = Service("Table Storage", "Storage Table Data Contributor on the storage account")


@dataclass(frozen=True)
class Refusal:
    """One kind of refusal.

    Attributes:
        code: The service's code in lower case; empty for any.
        text: A part of the service's message in lower case; empty for any.
        hint: What to do next.
        retryable: Whether waiting helps; None leaves it to the HTTP status.
    """

    code: str
    text: str
    hint: str
    retryable: bool | None = None

    def fits(self, code: str, message: str) -> bool:
        """Whether this is the kind of refusal with that code and message."""
        return self.code in ("", code.lower()) and self.text in message.lower()


KNOWN = (
    # learn.microsoft.com/azure/foundry/openai/concepts/model-retirements: only a subscription that
    # deployed a deprecated version before may still begin with it
    Refusal(
        "servicemodeldeprecated",
        "",
        "This subscription can no longer start with this model: set BASE_MODEL to a newer one.",
        retryable=False,
    ),
    # github.com/BerriAI/litellm/pull/24687: said of every model when trainingType is missing
    Refusal(
        "",
        "does not support fine-tuning",
        "Check BASE_MODEL, and TRAINING_TYPE: the service says this too when the training type "
        "is not offered for the model in this region.",
        retryable=False,
    ),
    # github.com/microsoft/azure-skills, fine-tuning platform gotchas
    Refusal(
        "", "failed to load lora", "The deployment is still loading its weights.", retryable=True
    ),
    # github.com/Azure-Samples/nlp-sql-in-a-box/issues/11
    Refusal(
        "insufficientquota",
        "",
        "Ask for more quota at https://aka.ms/oai/quotaincrease, lower DEPLOYMENT_CAPACITY, or "
        "delete a deployment that is not needed.",
        retryable=True,
    ),
    # github.com/hashicorp/terraform-provider-azurerm/issues/22939: one write at a time per account
    Refusal("requestconflict", "", "Another change of this resource is running.", retryable=True),
    # AAD how-to/troubleshoot-errors: names of limits
    Refusal(
        "deploymentlimitreached",
        "",
        "A resource allows 10 deployments of tuned models; delete one that is not needed.",
        retryable=True,
    ),
    Refusal(
        "quotaexceeded",
        "",
        "The resource's limit is reached; delete old files or deployments, or wait for jobs to "
        "end.",
        retryable=True,
    ),
    Refusal(
        "specialfeatureorquotaidrequired",
        "",
        "The subscription needs access to this model: ask for it at https://aka.ms/oai/access.",
        retryable=False,
    ),
    # github.com/microsoft/azurechat/issues/447
    Refusal(
        "deploymentmodelnotsupported",
        "",
        "The model cannot be deployed here: compare its region and retirement date with the "
        "resource, and DEPLOYMENT_SKU.",
        retryable=False,
    ),
    Refusal(
        "invalidresourceproperties",
        "rai policy",
        "Set CONTENT_FILTER to a content filter of this resource, or leave it unset.",
        retryable=False,
    ),
    # github.com/Azure-Samples/azure-search-openai-demo/issues/1840
    Refusal(
        "invalidresourceproperties",
        "",
        "Set DEPLOYMENT_SKU to one that this model has in the resource's region.",
        retryable=False,
    ),
    # learn.microsoft.com/answers/questions/2280486
    Refusal(
        "linkedauthorizationfailed",
        "",
        "The app's identity also needs a role where the tuned model is stored.",
        retryable=False,
    ),
    # the message's own words: it may exist and not answer for five minutes
    Refusal(
        "deploymentnotfound",
        "",
        "A deployment answers up to 5 minutes after it was made; an older one was deleted.",
        retryable=False,
    ),
    Refusal("deploymentnotready", "", "The deployment is still starting.", retryable=True),
    # authoring 2024-10-21, ErrorCode
    Refusal("itemdoesalreadyexist", "", "It exists already.", retryable=False),
    Refusal(
        "jsonlvalidationfailed",
        "",
        "The service refused the file; the run's validation report names faulty lines.",
        retryable=False,
    ),
    # AAD how-to/content-filters
    Refusal(
        "content_filter",
        "",
        "The content filter refused it; change the text, or name another filter in CONTENT_FILTER.",
        retryable=False,
    ),
)

# By HTTP status, where no row above fits.
_BY_STATUS: Mapping[int, str] = {
    404: "Check the address and the name.",
    410: "The model is retired; set BASE_MODEL to one that is not.",
    423: "The deployment is paused; resume it at the resource.",
    429: "Too many requests for now.",
}
_DENIED = frozenset({401, 403})
_WAITING_HELPS = frozenset({408, 409, 425, 429})


def judge(service: Service, status: int, code: str, message: str) -> tuple[str, bool]:
    """The hint for a refusal, and whether waiting helps."""
    for known in KNOWN:
        if known.fits(code, message):
            by_status = _waiting_helps(status)
            return known.hint, by_status if known.retryable is None else known.retryable
    return _hint(service, status), _waiting_helps(status)


def is_denial(status: int, code: str, message: str) -> bool:
    """Whether the caller was turned away for want of a role or a key, and for nothing else."""
    return status in _DENIED and not any(known.fits(code, message) for known in KNOWN)


def _waiting_helps(status: int) -> bool:
    return status in _WAITING_HELPS or status >= 500


def _hint(service: Service, status: int) -> str:
    if status == 401 and service is OPENAI:
        # AAD how-to/troubleshoot-errors, 2026-09-20: a 401 with Entra is often the wrong scope
        return (
            f"Give the app's identity the role {service.role}, check AZURE_OPENAI_SCOPE, and, if "
            "AZURE_OPENAI_API_KEY is set, that it belongs to AZURE_OPENAI_ENDPOINT."
        )
    if status in _DENIED:
        return (
            f"Give the app's identity the role {service.role}; a new role takes minutes to take "
            "effect."
        )
    return _BY_STATUS.get(status, "")
