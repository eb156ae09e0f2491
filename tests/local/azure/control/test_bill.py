"""The service's own bill."""

import httpx
import pytest

from tests.local.azure.emulator import MODEL, EmulatorClient

PRICES = {"training": 10.0, "input": 1.0, "output": 2.0, "hosting_hour": 1.5}


def test_everything_that_was_used_is_on_it(azure: EmulatorClient) -> None:
    """Tokens of the training, hours of the deployment until it is gone, tokens of the chats."""
    azure.http.post("/control/prices", json={MODEL: PRICES}).raise_for_status()
    azure.deploy_tuned_model()
    azure.chat("tuned")
    azure.control("clock", advance=7200)

    bill = azure.look("bill")

    (training,) = bill["trainings"]
    (hosting,) = bill["hosting"]
    (chat,) = bill["chats"]
    assert training["tokens"] > 0
    assert hosting["hours"] == pytest.approx(2.0, abs=0.01)
    assert hosting["usd"] == pytest.approx(3.0, abs=0.02)
    tokens = chat["prompt_tokens"] * 1.0 + chat["completion_tokens"] * 2.0
    assert chat["usd"] == pytest.approx(tokens / 1_000_000)


def test_what_has_no_price_makes_no_sum(azure: EmulatorClient) -> None:
    """A price that is not published is null, and so is the sum."""
    azure.http.post("/control/prices", json={MODEL: {"training": None}}).raise_for_status()
    azure.deploy_tuned_model()
    azure.chat("tuned")

    bill = azure.look("bill")

    assert bill["trainings"][0]["usd"] is None
    assert bill["usd"] is None


def test_published_prices_are_charged_by_type_and_sku(azure: EmulatorClient) -> None:
    """A deployment of type Standard answers at the price of the region, not at that of Global."""
    azure.deploy_tuned_model()
    azure.chat("tuned")

    bill = azure.look("bill")

    (training,), (chat,), (hosting,) = bill["trainings"], bill["chats"], bill["hosting"]
    factor = {"standard": 1.21, "globalstandard": 1.0}
    tokens = chat["prompt_tokens"] * 0.4 + chat["completion_tokens"] * 1.6
    assert training["usd"] == pytest.approx(
        factor[training["training_type"].lower()] * training["tokens"] * 5.0 / 1_000_000
    )
    assert chat["usd"] == pytest.approx(factor[hosting["sku"].lower()] * tokens / 1_000_000)


def test_wrong_prices_are_refused(azure: EmulatorClient) -> None:
    """A price that does not exist, or is none, is a mistake of the caller."""
    for wrong in ({"colour": 1}, {"input": -1}, {"input": "cheap"}, 7):
        answer = azure.http.post("/control/prices", json={MODEL: wrong})

        assert answer.status_code == httpx.codes.BAD_REQUEST


def test_reset_forgets_the_bill(azure: EmulatorClient) -> None:
    """What was used is gone."""
    azure.deploy_tuned_model()

    azure.control("reset")

    assert azure.look("bill")["hosting"] == []
