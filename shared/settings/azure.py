"""The Azure OpenAI resource: where it is and how the app signs in."""

from dataclasses import dataclass

from shared.settings.readers import address, non_empty
from shared.settings.setting import REQUIRED, setting


@dataclass(frozen=True, kw_only=True)
class Azure:
    """The Azure OpenAI resource: where it is and how the app signs in."""

    endpoint: str = setting(
        "AZURE_OPENAI_ENDPOINT",
        address,
        REQUIRED,
        "The endpoint of the Azure OpenAI (Foundry) resource that trains and serves the models.",
        "https://my-resource.openai.azure.com",
    )
    api_key: str | None = setting(
        "AZURE_OPENAI_API_KEY",
        non_empty,
        None,
        "An API key of the resource. Unset: the app signs in with Microsoft Entra ID.",
        "0123456789abcdef",
        secret=True,
    )
    scope: str = setting(
        "AZURE_OPENAI_SCOPE",
        non_empty,
        "https://ai.azure.com/.default",
        "The Microsoft Entra scope of the data plane. Older resources require "
        "`https://cognitiveservices.azure.com/.default`.",
    )
    subscription: str = setting(
        "AZURE_SUBSCRIPTION_ID",
        non_empty,
        REQUIRED,
        "The subscription of the resource.",
        "00000000-0000-0000-0000-000000000000",
    )
    resource_group: str = setting(
        "AZURE_RESOURCE_GROUP",
        non_empty,
        REQUIRED,
        "The resource group of the resource.",
        "my-group",
    )
    account: str = setting(
        "AZURE_OPENAI_ACCOUNT", non_empty, REQUIRED, "The name of the resource.", "my-resource"
    )
    arm_endpoint: str = setting(
        "ARM_ENDPOINT",
        address,
        "https://management.azure.com",
        "The endpoint of Azure Resource Manager. Set it for sovereign clouds and for the local "
        "emulator.",
    )
