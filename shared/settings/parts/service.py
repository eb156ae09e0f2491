"""Azure OpenAI: where it is and how to reach it."""

from dataclasses import dataclass

from shared.settings.readers import (
    address,
    word,
)
from shared.settings.setting import REQUIRED, setting


@dataclass(frozen=True, kw_only=True)
class Service:
    """Azure OpenAI: where it is and how to reach it."""

    # Data plane
    endpoint: str = setting(
        "AZURE_OPENAI_ENDPOINT",
        address,
        REQUIRED,
        "The Azure OpenAI (Foundry) resource that trains and serves.",
        "https://my-resource.openai.azure.com",
    )
    api_key: str | None = setting(
        "AZURE_OPENAI_API_KEY",
        word,
        None,
        "A key of that resource. Leave it unset to use Entra ID, the default.",
        "0123456789abcdef",
        secret=True,
    )
    scope: str = setting(
        "AZURE_OPENAI_SCOPE",
        word,
        "https://ai.azure.com/.default",
        "The Entra scope of the data plane; older resources want "
        "`https://cognitiveservices.azure.com/.default`.",
    )
    # Control plane
    subscription: str = setting(
        "AZURE_SUBSCRIPTION_ID",
        word,
        REQUIRED,
        "The subscription of the resource.",
        "00000000-0000-0000-0000-000000000000",
    )
    resource_group: str = setting(
        "AZURE_RESOURCE_GROUP", word, REQUIRED, "The resource group of the resource.", "my-group"
    )
    account: str = setting(
        "AZURE_OPENAI_ACCOUNT", word, REQUIRED, "The name of the resource.", "my-resource"
    )
    arm_endpoint: str = setting(
        "ARM_ENDPOINT",
        address,
        "https://management.azure.com",
        "Azure Resource Manager; another one for sovereign clouds and the local stand-in.",
    )
    metrics_endpoint: str | None = setting(
        "AZURE_METRICS_ENDPOINT",
        address,
        None,
        "Azure Monitor's regional metrics endpoint, the second witness before a deployment is "
        "deleted. Unset: nothing is ever deleted for idleness.",
        "https://swedencentral.metrics.monitor.azure.com",
    )
