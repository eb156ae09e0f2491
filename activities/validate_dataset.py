"""Validate: read the dataset once and say everything that the service would refuse."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from activities.step import step
from shared import datasets, options
from shared.clients import storage
from shared.pipeline import Outcome, Phase
from shared.registry import Version, registry
from shared.settings import settings
from shared.validation import Report, validate

OPTIONS_LIMIT = 64 * 1024  # bytes of a tune.json
SYSTEM_LIMIT = 30_000  # characters; a table cell holds 32,768
SHOWN = 3  # faults named in the run's own error; the report has all


@step(Phase.VALIDATING)
def validate_dataset(version: Version) -> Outcome:
    """Write `validation.json` and `.html` and keep the statistics on the run."""
    name = _name(version)
    tune, faults = options.parse(
        storage.datasets().read(name.companion(".tune.json"), OPTIONS_LIMIT)
    )
    base_model = tune.base_model or settings().base_model
    report = validate(
        storage.datasets().chunks(version.dataset, version.etag),
        model=base_model,
        validation=_companion(name),
        epochs=_epochs(tune),
    )
    found = _name_fault(name) + [_option_fault(name, fault) for fault in faults]
    _write(version, report, found)
    registry().change(version.run, lambda row: _with_statistics(row, report, base_model))
    return _verdict(version, report, found)


def _name(version: Version) -> datasets.DatasetName:
    name = datasets.parse(version.dataset)
    if name is None:
        raise ValueError(f"run {version.run} belongs to no dataset: {version.dataset!r}")
    return name


def _companion(name: datasets.DatasetName) -> Iterator[bytes] | None:
    blob = name.companion(".validation.jsonl")
    return storage.datasets().chunks(blob, None) if storage.datasets().exists(blob) else None


def _epochs(tune: options.TuneOptions) -> int | None:
    epochs = tune.hyperparameters.get("n_epochs")
    return epochs if isinstance(epochs, int) else None


def _name_fault(name: datasets.DatasetName) -> list[dict[str, Any]]:
    if name.fault is None:
        return []
    message = f"The file name {name.blob!r} cannot name a model: {name.fault}."
    hint = f"Drop the file as {name.model}.jsonl, for example."
    return [_fault("dataset-name", name.blob, "$", message, hint)]


def _option_fault(name: datasets.DatasetName, fault: options.Fault) -> dict[str, Any]:
    blob = name.companion(".tune.json")
    hint = f"Mend {blob}, then drop {name.blob} again."
    return _fault(
        "tune-options", str(fault.value)[:80], fault.path, f"{blob}: {fault.message}", hint
    )


def _fault(rule: str, value: str, path: str, message: str, hint: str) -> dict[str, Any]:
    finding: dict[str, Any] = {"rule": rule, "level": "error", "line": None, "example": None}
    return finding | {"path": path, "value": value, "message": message, "hint": hint, "basis": "D"}


def _write(version: Version, report: Report, found: list[dict[str, Any]]) -> None:
    body = report.to_dict()
    body["findings"] = found + body["findings"]
    body["counts"]["error"] += len(found)
    body["ok"] = body["ok"] and not found
    reports = storage.reports()
    text = json.dumps(body, ensure_ascii=False, indent=1).encode()
    reports.write(f"{version.run}/validation.json", text, "application/json")
    page = report.to_html().encode()
    reports.write(f"{version.run}/validation.html", page, "text/html; charset=utf-8")


def _with_statistics(row: Version, report: Report, base_model: str) -> Version:
    system = report.system_message or ""
    return replace(
        row,
        base_model=base_model,
        sha256=report.sha256,
        examples=report.examples,
        tokens=report.token_total,
        system_message=system if len(system) <= SYSTEM_LIMIT else "",
    )


def _verdict(version: Version, report: Report, found: list[dict[str, Any]]) -> Outcome:
    errors = [f for f in found + report.to_dict()["findings"] if f["level"] == "error"]
    if report.ok and not found:
        return Outcome.done(f"{report.examples} examples, {report.token_total} tokens.")
    shown = " ".join(_place(finding) for finding in errors[:SHOWN])
    more = f" … and {len(errors) - SHOWN} more." if len(errors) > SHOWN else ""
    hint = f"Mend {version.dataset} and drop it again; the report names every fault."
    return Outcome.refused("rejected", f"{shown}{more}", hint=hint)


def _place(finding: dict[str, Any]) -> str:
    line = f"Line {finding['line']}: " if finding["line"] else ""
    return f"{line}{finding['message']}"
