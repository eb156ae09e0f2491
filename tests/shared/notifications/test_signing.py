"""Signatures as Standard Webhooks define them."""

import time

import pytest
from openai import InvalidWebhookSignatureError, OpenAI

from shared.notifications.signing import sign
from tests.api.conftest import SECRET


@pytest.mark.parametrize("secret", [SECRET, "a bare key"])
def test_signature_is_the_standard_one(secret: str) -> None:
    """The openai SDK's own check, as a receiver would use it, accepts it; another key does not."""
    headers = sign(secret, "id-1", int(time.time()), b"{}")

    with OpenAI(api_key="x") as client:
        client.webhooks.verify_signature(b"{}", headers, secret=secret)
        with pytest.raises(InvalidWebhookSignatureError):
            client.webhooks.verify_signature(b"{}", headers, secret="whsec_YW5vdGhlciBrZXk=")
