"""What chat adds to a model's messages, switched off and on for everybody."""

from shared import few_shot
from tests.doors.conftest import BASE_DEPLOYMENT, MASTER_KEY, Here

SHOTS = few_shot.text([{"user": "Rome?", "assistant": "Ah, Rome! Take the early bus."}])


def test_a_model_can_take_messages_as_they_come(here: Here) -> None:
    """Switched off, neither system message nor examples are sent, and on again they are."""
    version = here.seed(
        "plain-0123456789",
        active=True,
        deployment=BASE_DEPLOYMENT,
        system_message="You know every city.",
        few_shot=SHOTS,
    )

    def tokens(model: str) -> int:
        return int(here.chat(model=model).json()["usage"]["prompt_tokens"])

    # By names that were not asked for yet: what a name means is kept for seconds.
    with_both = tokens("plain")
    off = here.http.post("models/plain/raw", headers=MASTER_KEY)
    without = tokens(version.run)
    on = here.http.delete("models/plain/raw", headers=MASTER_KEY)

    assert (off.status_code, off.json()) == (200, {"model": "plain", "raw": True})
    assert (on.status_code, on.json()) == (200, {"model": "plain", "raw": False})
    assert without < with_both
    assert here.rows.model("plain").raw is False  # type: ignore[union-attr]


def test_an_unknown_model_is_404(here: Here) -> None:
    """There is nothing to switch."""
    answer = here.http.post("models/nope/raw", headers=MASTER_KEY)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "model_not_found"


def test_examples_reach_the_service(here: Here) -> None:
    """Examples cost their tokens; the header keeps them away for one call."""
    here.seed("shown-0123456789", active=True, deployment=BASE_DEPLOYMENT, few_shot=SHOTS)
    bearer = {"authorization": f"Bearer {here.place.stack.client_key}"}

    shown = here.chat(model="shown").json()["usage"]["prompt_tokens"]
    raw = here.chat({**bearer, "x-tunedrop-raw": "true"}, model="shown")

    assert shown > raw.json()["usage"]["prompt_tokens"]
