"""Who answers for what is asked, read from a real table."""

import pytest

from shared.chat.targets import Target, find_target, targets
from shared.errors import NotFoundError
from shared.prompts import few_shot
from shared.registry import Model
from shared.registry.state import Phase
from shared.registry.table import Registry
from tests.runs import at
from tests.shared.chat.conftest import CREATED, OTHER, RUN, SYSTEM, Seed
from tests.shared.clients.conftest import ScriptedServer


async def test_base_is_the_setting(scripted_server: ScriptedServer) -> None:
    """`base` is the untuned deployment, found without any storage."""
    wanted = Target("base", "gpt-4.1-mini", base_model="gpt-4.1-mini-2025-04-14")

    assert await targets().get("base") == wanted


def test_name_means_the_active_version(rows: Registry, seed: Seed) -> None:
    """A model's name means the version it points to, under the name that was asked for."""
    seed(OTHER, phase=Phase.SUPERSEDED, deployment_name="old")
    seed(RUN, active=True, deployment_name="new")

    wanted = Target("brolly", "new", RUN, "brolly", created=at(CREATED), system_message=SYSTEM)
    assert find_target("brolly", rows) == wanted


def test_run_id_means_that_version(rows: Registry, seed: Seed) -> None:
    """A superseded version answers by its run id as long as it is deployed."""
    seed(OTHER, phase=Phase.SUPERSEDED, deployment_name="old")
    seed(RUN, active=True)

    wanted = Target(OTHER, "old", OTHER, "brolly", created=at(CREATED), system_message=SYSTEM)
    assert find_target(OTHER, rows) == wanted


def test_previous_means_the_version_before(rows: Registry, seed: Seed) -> None:
    """`<name>@previous` is what the name meant before; without one the error says so."""
    seed(OTHER, phase=Phase.SUPERSEDED, deployment_name="old")
    seed(RUN, active=True)
    with pytest.raises(NotFoundError, match="no previous version"):
        find_target("brolly@previous", rows)
    rows.put_model(rows.model("brolly"), Model(model="brolly", active=RUN, previous=OTHER))

    found = find_target("brolly@previous", rows)

    assert (found.asked, found.run, found.deployment) == ("brolly@previous", OTHER, "old")


def test_a_version_brings_its_examples(rows: Registry, seed: Seed) -> None:
    """Examples are kept with the version, as messages for the service."""
    shots = few_shot.examples([{"user": "Rome?", "assistant": "Ah, Rome!"}])
    seed(RUN, active=True, chat_few_shot=shots)

    assert find_target("brolly", rows).examples == (
        {"role": "user", "content": "Rome?"},
        {"role": "assistant", "content": "Ah, Rome!"},
    )


def test_a_raw_model_gets_nothing_put_in(rows: Registry, seed: Seed) -> None:
    """The model's setting switches system message and examples off, for its name and its runs."""
    seed(RUN, chat_few_shot=few_shot.examples([{"user": "a", "assistant": "b"}]))
    rows.put_model(None, Model(model="brolly", active=RUN, raw=True))

    for asked in ("brolly", RUN):
        found = find_target(asked, rows)
        assert (found.system_message, found.examples) == ("", ())


@pytest.mark.parametrize(
    "asked", ["nope", "nope@previous", "nope-0123456789", "a/b", "x'y", "é", "#", "n" * 300]
)
def test_unknown_names_what_is_known(rows: Registry, seed: Seed, asked: str) -> None:
    """What does not exist, and what could not, is 404 with what can be asked for."""
    seed(RUN, active=True)

    with pytest.raises(NotFoundError) as caught:
        find_target(asked, rows)

    assert (caught.value.status, caught.value.code) == (404, "model_not_found")
    assert "base, brolly" in str(caught.value)
    assert len(str(caught.value)) < 300
