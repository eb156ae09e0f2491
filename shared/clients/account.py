"""The Azure OpenAI account itself.

Source: Microsoft.CognitiveServices accounts, api-version 2025-09-01 (the SDK's).
"""

from functools import lru_cache

from shared.clients.deployments import management
from shared.clients.refusals import ARM
from shared.clients.translate import translate_errors
from shared.settings import settings


def location() -> str:
    """The region of the account, which never changes, as Resource Manager names it.

    Raises:
        ServiceError: if it does not say.
    """
    now = settings()
    return _location(now.arm_endpoint, now.subscription, now.resource_group, now.account)


@lru_cache(maxsize=4)
def _location(_endpoint: str, _subscription: str, group: str, account: str) -> str:
    with translate_errors(ARM, f"show account {account}"):
        return str(management().accounts.get(group, account).location).replace(" ", "").lower()
