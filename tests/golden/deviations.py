"""Where the local host differs from the real Durable extension on purpose: the whole list.

Each entry names the scenario and the parts (as `comparison.py` names them) that may differ, and
why. An entry whose parts no longer differ fails the test, so that the list stays true.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    """One scenario that may differ, in exactly these parts, for this reason.

    `racing` marks a difference that depends on timing: it may be absent from a run.
    """

    scenario: str
    parts: frozenset[str]
    reason: str
    racing: bool = False


_UNKNOWN = (
    "An orchestrator that calls an unknown function fails with the extension's own words about "
    "unknown functions; in Azure it stays Running for ever, without a word."
)
_REWIND = (
    "Rewind is refused with 501 and a sentence that says so; few apps need it, and half of it "
    "would be worse than nothing."
)

DEVIATIONS = (
    Deviation("unknown_activity", frozenset({"http 1", "http 2"}), _UNKNOWN),
    Deviation("sub_unknown", frozenset({"http 1", "http 2"}), _UNKNOWN),
    Deviation(
        "rewind",
        frozenset(
            {"http 2", "http 3", "http 4", "http 12", "http 13"}
            | {'orch "rewind-1"', 'orch "rewind-3"', 'act "rewind-1"'}
        ),
        _REWIND,
    ),
    Deviation(
        "sdk_client_methods",
        frozenset({"http 29", "http 30", 'orch "cli-3"', 'act "cli-3"'}),
        _REWIND,
    ),
    Deviation(
        "sdk_client_methods",
        frozenset({"http 22"}),
        "A start right after a restart of the same id is refused with the state that the instance "
        "has by then: Pending until its first episode is written, as in Azure, then Running.",
        racing=True,
    ),
    Deviation(
        "restart",
        frozenset({"http 11", 'orch "restart-3"'}),
        "A restart with options is refused with 501; no SDK's client asks for one.",
    ),
    Deviation(
        "start_bodies",
        frozenset({"http 6", "http 9"}),
        "A body that is no JSON is refused with Python's words in place of Newtonsoft's. What only "
        "that one reads (single quotes, bare names, comments, a comma at the end) is refused, too.",
    ),
    Deviation(
        "http_call",
        frozenset({"http 1", "http 2", 'orch "http-call-1"'}),
        "call_http is refused with a sentence that says so; an activity does the same work.",
    ),
    Deviation(
        "start_duplicate",
        frozenset({"http 22", "http 23", 'orch "dup-5"'}),
        "Work begins at once here, after a queue's delay there: a second start of the same id "
        "right after the first may find the instance finished instead of Pending.",
        racing=True,
    ),
    Deviation(
        "suspend_resume",
        frozenset({"http 6", "http 7", 'orch "susp-1"'}),
        "For the same reason a second resume right after the first finds the instance Running, "
        "and is refused with the words that the real one has later.",
        racing=True,
    ),
)

UNCOMPARED = {
    "timers": "Timers fire on time here and up to a second early in Azure; times are masked.",
    "batches": (
        "Which messages come together in one episode depends on timing, there and here; histories "
        "are compared without the bounds of batches where these differ."
    ),
    "retries without an attempt, children under an id with `@` in front": (
        "They fail the instance with a sentence that says so; in Azure it stays Running for ever, "
        "without a word."
    ),
    "the words about changed code at timers and sub-orchestrations": (
        "They have the form of those for activities, which are DurableTask.Core's."
    ),
    "results and answers with more than 64 levels or an unreadable time, custom statuses that are "
    "too large": (
        "They fail with the extension's reason, without the path in it; `Details` is not the "
        "exception of .NET."
    ),
    "numbers with an exponent": "1e+22 here, 1E+22 there: the same number.",
    "the state of a failure with a name twice": "The last one counts; Azure drops the state.",
    "half a surrogate pair in an error's text": (
        "It is replaced; in Azure the worker cannot send the text, and the call never ends."
    ),
    "ids with a line separator (U+2028)": (
        "They work; the real engine's runs on Azurite stay Pending, since storage refuses them."
    ),
    "redelivery": "A killed activity is repeated at once here, after 5 minutes in Azure.",
    "stack frames": "Frames of .NET inside Details and error bodies are left out here.",
    "header names": "Written in lower case here; HTTP makes no difference.",
}
"""Differences that no comparison shows, since what differs is masked."""

PARALLEL = frozenset({"all_with_failure", "fan_out", "fan_out_many_completions"})
"""Scenarios whose completions are parallel: the real engine's own runs differ in their order."""
