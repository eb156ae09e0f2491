"""The report of a validation, and the findings that need the whole of it."""

from typing import Any

from shared.billing.forecast import Forecast, forecast
from shared.validation.report.findings import Place
from shared.validation.report.report import FileFacts, Report, format_record
from shared.validation.rules.rule import Level
from shared.validation.scan import Scan
from shared.validation.session import Session
from shared.validation.tokens.texts import METHOD
from shared.validation.whole_file import file_faults, session_faults


def add_faults(session: Session) -> None:
    """Add the findings about the files as a whole."""
    for scan in filter(None, (session.training, session.validation)):
        for line, fault in file_faults(scan):
            session.findings.add(fault, Place(scan.file, line))
    for fault in session_faults(session, forecast_of(session)):
        session.findings.add(fault, Place())


def build_report(session: Session, seconds: float, *, strict: bool) -> Report:
    """The report of a finished session."""
    findings, training = session.findings, session.training
    return Report(
        file=_facts(training),
        validation=_facts(session.validation) if session.validation else None,
        method=training.method,
        model=session.model_name,
        counts={level.value: findings.by_level[level] for level in Level},
        rules=_by_rule(session),
        findings=findings.places(),
        tokens=_tokens(training),
        duplicates=session.duplicates.to_dict(),
        cost=forecast_of(session).to_dict(),
        first_record=format_record(training.first_record),
        system_message=training.systems.common,
        strict=strict,
        seconds=seconds,
    )


def forecast_of(session: Session) -> Forecast:
    """The forecast for the training file."""
    training = session.training
    return forecast(
        session.model_name,
        training.method,
        tokens=training.tokens.total.total,
        examples=training.examples,
        epochs=session.epochs,
        training_type=session.training_type,
        sku=session.sku,
        idle_after=session.idle_after,
    )


def _facts(scan: Scan) -> FileFacts:
    reader = scan.reader
    sha256 = reader.sha256 if scan.was_read else ""
    return FileFacts(reader.size, sha256, scan.examples, reader.lines)


def _by_rule(session: Session) -> dict[str, dict[str, int]]:
    rules: dict[str, dict[str, int]] = {}
    for (_, name, level), number in sorted(session.findings.by_rule.items()):
        rules.setdefault(name, {})[level.value] = number
    return rules


def _tokens(scan: Scan) -> dict[str, Any]:
    exact = scan.model is not None and scan.model.vocabulary_exact
    return {
        "vocabulary": scan.vocabulary,
        "estimate": not exact,
        "method": METHOD,
        "context": scan.model.context if scan.model else None,
        **scan.tokens.to_dict(),
    }
