"""Addresses of the management API."""

import json

import pytest

from local.functions_host.durable.links import Links, escape

LINKS = Links("Hub", lambda: "http://host", lambda: "a key")


def test_links_of_an_instance_carry_hub_and_key() -> None:
    """Every address has the task hub, the connection and the escape key; rewind only if asked."""
    links = LINKS.of("run")

    assert links["statusQueryGetUri"] == (
        "http://host/runtime/webhooks/durabletask/instances/run"
        "?taskHub=Hub&connection=Storage&code=a%20key"
    )
    assert links["terminatePostUri"].partition("?")[2].startswith("reason={text}&taskHub=Hub")
    assert "rewindPostUri" not in links
    assert "rewindPostUri" in LINKS.of("run", rewind=True)


def test_links_follow_the_origin_that_the_caller_used() -> None:
    """Behind another address the links are on that one."""
    assert LINKS.of("run", "https://other")["id"] == "run"
    assert LINKS.of("run", "https://other")["restartPostUri"].startswith("https://other/runtime/")


@pytest.mark.parametrize(
    ("instance", "written"),
    [("a b", "a+b"), ("é", "%C3%A9"), ("a~b", "a%7Eb"), ("a/b", "a%2Fb"), ("@x", "%40x")],
)
def test_escapes_ids_as_net_does(instance: str, written: str) -> None:
    """Spaces become plus signs and the tilde is escape."""
    assert escape(instance) == written


def test_client_binding_has_what_the_sdk_reads() -> None:
    """The binding names the hub, the RPC address with its slash, and links for INSTANCEID."""
    binding = json.loads(LINKS.client_binding())

    assert binding["taskHubName"] == "Hub"
    assert binding["rpcBaseUrl"] == "http://host/durabletask/"
    assert "INSTANCEID" in binding["managementUrls"]["statusQueryGetUri"]
    assert binding["requiredQueryStringParameters"] == "code=a%20key"


def test_without_a_key_links_have_none() -> None:
    """An empty key leaves `code` out."""
    links = Links("Hub", lambda: "http://host", lambda: "")

    assert "code=" not in links.client_binding()
