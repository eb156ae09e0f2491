"""Webhooks as the openai SDK unwraps them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openai import InvalidWebhookSignatureError, OpenAI

from local.azure.settings import DEFAULT_WEBHOOK_SECRET
from tests.listener import Listener
from tests.local.azure.emulator import EmulatorClient


@pytest.fixture
def listener(request: pytest.FixtureRequest) -> Iterator[Listener]:
    """A listener; its parameter is how often it refuses."""
    found = Listener(getattr(request, "param", 0))
    yield found
    found.close()


def unwrap(delivery: tuple[bytes, dict[str, str]], secret: str = DEFAULT_WEBHOOK_SECRET) -> Any:
    """The event, if the signature is right."""
    with OpenAI(api_key="x", webhook_secret=secret) as client:
        return client.webhooks.unwrap(delivery[0], delivery[1])


def test_the_end_of_a_job_is_sent(start: Callable[..., EmulatorClient], listener: Listener) -> None:
    """Success, failure and cancellation, each once, signed so that the SDK takes them."""
    azure = start(webhook_url=listener.url)
    succeeded = azure.train()
    listener.wait_for(1)
    failed = azure.train(azure.upload(b"{}\n" * 10))
    listener.wait_for(2)
    azure.control("transitions", job="seconds:100")
    cancelled = azure.train()
    azure.call_v1("POST", f"/fine_tuning/jobs/{cancelled}/cancel").raise_for_status()

    listener.wait_for(3)

    events = [unwrap(sent) for sent in listener.deliveries]
    assert [(event.type, event.data.id) for event in events] == [
        ("fine_tuning.job.succeeded", succeeded),
        ("fine_tuning.job.failed", failed),
        ("fine_tuning.job.cancelled", cancelled),
    ]


@pytest.mark.parametrize("listener", [1], indirect=True)
def test_a_refused_delivery_is_repeated(
    start: Callable[..., EmulatorClient], listener: Listener
) -> None:
    """The repetition has the same id, so that the listener recognises it."""
    azure = start(webhook_url=listener.url)

    azure.train()
    listener.wait_for(2)

    first, second = ({k.lower(): v for k, v in sent[1].items()} for sent in listener.deliveries[:2])
    assert first["webhook-id"] == second["webhook-id"]


def test_another_secret_does_not_fit(
    start: Callable[..., EmulatorClient], listener: Listener
) -> None:
    """The signature depends on the secret."""
    azure = start(webhook_url=listener.url, webhook_secret="mine")
    azure.train()
    listener.wait_for(1)

    assert unwrap(listener.deliveries[0], "mine").type == "fine_tuning.job.succeeded"
    with pytest.raises(InvalidWebhookSignatureError):
        unwrap(listener.deliveries[0])
