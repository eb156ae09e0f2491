"""Validate: read the dataset once and say everything that the service would refuse."""

import json
from collections import Counter
from dataclasses import replace

from activities._runner import step
from shared import clock
from shared.admission.account import choose_base_model
from shared.clients import storage
from shared.clients.files import files
from shared.datasets import names, tune_options
from shared.evaluation import Gate
from shared.models import Method
from shared.prompts import few_shot
from shared.registry import Run, registry
from shared.registry.codec import TEXT_LIMIT, units
from shared.registry.parts import Companion
from shared.registry.state import Phase
from shared.runs import companions
from shared.runs.orchestration import Outcome
from shared.settings import settings
from shared.validation import Report, validate
from shared.validation.report.display import format_value
from shared.validation.report.findings import Finding
from shared.validation.report.page import render_page
from shared.validation.rules.grader import grader_model_of

_BESIDE = "companion"  # where a fault is that is not in the dataset's own bytes
SHOWN = 3  # faults named in the run's own error; the report has all


@step(Phase.VALIDATING)
def validate_dataset(run: Run) -> Outcome:
    """Write `validation.json` and `.html` and keep the statistics on the run."""
    name = _name(run)
    file = companions.read_options(name)
    tune, faults = file.tune, file.faults
    training_type = tune.training_type or settings().training_type
    base_model, chosen = _base_model(run, tune.base_model, training_type)
    validation = companions.find_validation_file(name)
    found = validate(
        storage.datasets().chunks(run.dataset.blob, run.dataset.etag),
        model=base_model,
        validation=validation,
        sizes=(run.dataset.size, validation.facts.size if validation else None),
        grader=tune.grader,
        epochs=_epochs(tune),
        training_type=training_type,
        sku=settings().deployment_sku,
        idle_after=settings().idle_after,
    )
    faults += _missing_grader(found, tune, faults)
    report = _with(found, [*_name_fault(name), *(_option_fault(name, one) for one in faults)])
    _write(run, report)
    system = (report.system_message or "") if tune.use_system_message else ""
    asked = (
        run.with_training(
            base_model=base_model, type=training_type, grader_model=grader_model_of(tune.grader)
        )
        .with_chat(few_shot=few_shot.examples(tune.examples))
        .with_evaluation(gate=_gate(tune))
    )
    pins = companions.pin_companions(run, name, file, validation) if report.ok else ()
    if _replaces_validation_file(run, pins):
        files().delete(run.training.validation_file)
    registry().change(
        run.id, lambda row: _note(_with_statistics(row, report, asked, system, pins), chosen)
    )
    return _verdict(run, report)


def _base_model(run: Run, wanted: str | None, training_type: str) -> tuple[str, str]:
    """The model to train, and why where nobody named one; a repeated look chooses the same."""
    named = wanted or settings().base_model or run.training.base_model
    return (named, "") if named else choose_base_model(training_type)


def _note(row: Run, text: str) -> Run:
    """The row with a line in its timeline, once however often this is done."""
    known = not text or any(entry.note == text for entry in row.timeline)
    return row if known else row.add_note(clock.now(), text)


def _name(run: Run) -> names.DatasetName:
    name = names.parse(run.dataset.blob)
    if name is None:
        raise ValueError(f"run {run.id} belongs to no dataset: {run.dataset.blob!r}")
    return name


def _gate(tune: tune_options.TuneOptions) -> str:
    """The gate of this run; a setting that changes on its way holds for the next run."""
    return settings().eval_gate if tune.gate is None else str(Gate.parse(tune.gate) or "")


def _epochs(tune: tune_options.TuneOptions) -> int | None:
    epochs = tune.hyperparameters.get("n_epochs")
    return epochs if isinstance(epochs, int) else None


def _missing_grader(
    report: Report, tune: tune_options.TuneOptions, known: list[tune_options.Fault]
) -> list[tune_options.Fault]:
    """Without a grader the service takes no job for reinforcement; the command cannot know that."""
    if report.method != Method.RFT or tune.grader is not None or known:
        return []
    wanted = "the grader of the job, because rows without an answer are for reinforcement (RFT)"
    return [tune_options.Fault("$.grader", None, wanted)]


def _name_fault(name: names.DatasetName) -> list[Finding]:
    if name.fault is None:
        return []
    message = f"The file name {name.blob!r} cannot name a model: {name.fault}."
    hint = f"Drop the file as {name.model}.jsonl, for example."
    return [_finding("dataset-name", "$", name.blob, message, hint)]


def _option_fault(name: names.DatasetName, fault: tune_options.Fault) -> Finding:
    blob = name.companion(".tune.json")
    hint = f"Fix {blob}, then drop {name.blob} again."
    message = f"{blob}: {fault.message}"
    return _finding(
        "tune-options", format_value(fault.path), format_value(fault.value, 80), message, hint
    )


def _finding(rule: str, path: str, value: str, message: str, hint: str) -> Finding:
    return Finding(rule, "error", None, None, path, value, message, hint, "D", _BESIDE)


def _with(report: Report, found: list[Finding]) -> Report:
    """The report with what lies beside the dataset's own bytes in front."""
    counts = {**report.counts, "error": report.counts["error"] + len(found)}
    own = {rule: {"error": count} for rule, count in Counter(one.rule for one in found).items()}
    findings = [*found, *report.findings]
    return replace(report, counts=counts, rules={**own, **report.rules}, findings=findings)


def _write(run: Run, report: Report) -> None:
    # Half a character, which JSON's escapes allow, has no UTF-8; it is shown as its escape.
    text = json.dumps(report.to_dict(), ensure_ascii=False, indent=1)
    data = text.encode("utf-8", "backslashreplace")
    page = render_page(report).encode("utf-8", "backslashreplace")
    reports = storage.reports()
    reports.write(f"{run.id}/validation.json", data, "application/json")
    reports.write(f"{run.id}/validation.html", page, "text/html; charset=utf-8")


def _replaces_validation_file(row: Run, pins: tuple[Companion, ...]) -> bool:
    """Whether an earlier attempt uploaded a validation file that is not this one's."""
    now = companions.find_companion(row.with_dataset(companions=pins), companions.VALIDATION)
    old = companions.find_companion(row, companions.VALIDATION)
    same = old is not None and now is not None and old.sha256 == now.sha256
    return bool(row.training.validation_file) and not same


def _with_statistics(
    row: Run, report: Report, asked: Run, system: str, pins: tuple[Companion, ...]
) -> Run:
    """The row with what was found; one that went on with what a duplicate found stays so."""
    if row.phase != Phase.VALIDATING or row.attempt != asked.attempt:
        return row
    if _replaces_validation_file(row, pins):
        row = row.with_training(validation_file="")
    return (
        row.with_training(
            base_model=asked.training.base_model,
            type=asked.training.type,
            grader_model=asked.training.grader_model if report.method == Method.RFT else "",
            epochs=report.cost["epochs"],
            method=report.method,
        )
        .with_chat(
            few_shot=asked.chat.few_shot,
            system_message=system if units(system) <= TEXT_LIMIT else "",
        )
        .with_evaluation(gate=asked.evaluation.gate)
        .with_dataset(
            sha256=report.sha256,
            examples=report.examples,
            tokens=_tokens(report),
            companions=pins,
        )
    )


def _tokens(report: Report) -> int:
    """The sum of tokens of all examples; 0 where none could be read."""
    return int(report.tokens.get("total", {}).get("sum") or 0)


def _verdict(run: Run, report: Report) -> Outcome:
    if report.ok:
        return Outcome.done(f"{report.examples} examples, {_tokens(report)} tokens.")
    errors = [finding for finding in report.findings if finding.level == "error"]
    shown = " ".join(map(_place, errors[:SHOWN]))
    count = report.counts["error"]
    more = f" … and {count - SHOWN} more." if count > SHOWN else ""
    return Outcome.refuse("rejected", f"{shown}{more}", hint=_next_step(run, errors))


def _next_step(run: Run, errors: list[Finding]) -> str:
    if all(finding.file == _BESIDE for finding in errors):
        return errors[0].hint
    return f"Fix {run.dataset.blob} and drop it again; the report lists every error."


def _place(finding: Finding) -> str:
    text = finding.message.rstrip(".")
    if finding.line:
        return f"Line {finding.line}: {text}."
    # What lies beside the dataset begins with a file name, which keeps its letters.
    return f"{text if finding.file == _BESIDE else text[:1].upper() + text[1:]}."
