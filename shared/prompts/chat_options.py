"""What chat adds to a model's messages, read again from `<name>.tune.json` without a training."""

import json

from shared import clock
from shared.clients import storage
from shared.errors import RequestError
from shared.plurals import pluralize
from shared.prompts import few_shot
from shared.registry import Run, registry
from shared.registry.codec import TEXT_LIMIT, units
from shared.registry.parts import Example
from shared.runs.companions import current_options


def refresh(name: str) -> Run:
    """Take `use_system_message` and `examples` of the companion for the active version.

    Safe to repeat: what did not change leaves no line in the timeline.

    Args:
        name: A model.

    Returns:
        The version's row.

    Raises:
        RequestError: 409 `no_active_version`, if no version is active.
        ServiceError: 400 `tune_options`, if the companion has a fault; nothing is changed then.
    """
    model = registry().model(name)
    run = registry().find(model.active) if model is not None and model.active else None
    if run is None:
        raise RequestError(
            "no_active_version",
            f"{name!r} has no version that serves, so there is nothing to refresh.",
            hint="A run reads its options when it begins; drop the dataset to begin one.",
            status=409,
            param="name",
        )
    tune = current_options(run)
    system = _training_system_message(run) if tune.use_system_message else ""
    examples = few_shot.examples(tune.examples)
    return registry().change(run.id, lambda row: _with(row, system, examples))


def _with(row: Run, system: str, examples: tuple[Example, ...]) -> Run:
    if (row.chat.system_message, row.chat.few_shot) == (system, examples):
        return row
    shown = pluralize(len(examples), "example")
    found = f"{'the' if system else 'no'} system message, {shown}"
    row = row.add_note(clock.now(), f"chat options were read again: {found}")
    return row.with_chat(system_message=system, few_shot=examples)


def _training_system_message(run: Run) -> str:
    """The system message that all its training examples share; the report of validation has it."""
    data = storage.reports().read(f"{run.id}/validation.json")
    report = json.loads(data) if data else {}
    # Without a report, what the row has is all that is known.
    system = str(report.get("system_message", run.chat.system_message) or "")
    return system if units(system) <= TEXT_LIMIT else ""
