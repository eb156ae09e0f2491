"""The files beside a dataset: read once, when its run is validated, and pinned with the run.

What is approved is what was validated. A file that changes later, while the run waits for an
approval or for room, is named in the run's timeline and changes nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from shared import clock
from shared.clients import storage
from shared.datasets import names
from shared.datasets import tune_options as options
from shared.datasets.names import DatasetName
from shared.errors import ServiceError
from shared.evaluation import Question, questions_from
from shared.registry import Run, registry
from shared.registry.parts import Companion
from shared.settings import settings

TUNE, EVAL, VALIDATION = ".tune.json", ".eval.jsonl", ".validation.jsonl"


@dataclass(frozen=True)
class OptionsFile:
    """The file of options as it was read.

    Attributes:
        tune: Those that are right.
        faults: Of the others.
        etag: Of the blob; empty if there is none.
        data: Its bytes; empty if there is none or too many.
    """

    tune: options.TuneOptions
    faults: list[options.Fault]
    etag: str = ""
    data: bytes = b""


class ValidationFile:
    """The validation file of a dataset; iterating reads it and computes its hash."""

    def __init__(self, facts: storage.BlobFacts) -> None:
        self.facts = facts
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        """Its bytes in pieces, all of one version; errors as of `Datasets.chunks`."""
        for chunk in storage.datasets().chunks(self.facts.name, self.facts.etag):
            self._digest.update(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._digest.hexdigest()


def read_options(name: DatasetName) -> OptionsFile:
    """Read the options of a dataset as they are now.

    Raises:
        ServiceError: if storage refuses, or they changed while they were read.
    """
    facts = storage.datasets().facts(name.companion(TUNE))
    if facts is None:
        return OptionsFile(options.TuneOptions(), [])
    if facts.size > options.LIMIT:
        seen, most = f"more than {options.LIMIT} bytes", f"at most {options.LIMIT} bytes long"
        return OptionsFile(options.TuneOptions(), [options.Fault("$", seen, most)], facts.etag)
    data = b"".join(storage.datasets().chunks(facts.name, facts.etag))
    return OptionsFile(*options.parse(data), facts.etag, data)


def find_validation_file(name: DatasetName) -> ValidationFile | None:
    """The validation file of a dataset as it is now; None if there is none."""
    facts = storage.datasets().facts(name.companion(VALIDATION))
    return ValidationFile(facts) if facts else None


def pin_companions(
    run: Run, name: DatasetName, tune: OptionsFile, validation: ValidationFile | None
) -> tuple[Companion, ...]:
    """Copy what a run needs of its companions, and describe them for its row.

    A copy's name is its hash, so that two workers which read different files overwrite nothing of
    each other; the row decides which of them counts.

    Args:
        run: The run.
        name: Of its dataset.
        tune: The options that it was validated with.
        validation: The validation file, after it was read to its end.
    """
    found = []
    if tune.etag:
        found.append(_copy(run, name.companion(TUNE), tune.etag, tune.data))
    asked = storage.datasets().facts(name.companion(EVAL))
    if asked is not None:
        chunks = storage.datasets().chunks(asked.name, asked.etag)
        found.append(_copy(run, asked.name, asked.etag, _questions(chunks)))
    if validation is not None:
        facts = validation.facts
        chunks = storage.datasets().chunks(facts.name, facts.etag)
        copied = _copy(run, facts.name, facts.etag, _questions(chunks))
        found.append(copied._replace(sha256=validation.sha256))
    return tuple(found)


def pinned_options(run: Run) -> options.TuneOptions:
    """The options that a run was validated with.

    Raises:
        ServiceError: `companion_missing`, if their copy was deleted.
    """
    companion = find_companion(run, TUNE)
    return options.parse(_read_copy(run, companion) if companion else None)[0]


def pinned_questions(run: Run) -> tuple[str, list[Question]] | None:
    """The prompts that were found beside a run's dataset, and the blob that they come from.

    None if there were none.

    Raises:
        ServiceError: `companion_missing`, if their copy was deleted.
    """
    for ending in (EVAL, VALIDATION):
        companion = find_companion(run, ending)
        data = _read_copy(run, companion) if companion else b""
        if companion and data:
            return companion.blob, [_question(line) for line in data.splitlines()]
    return None


def current_options(run: Run) -> options.TuneOptions:
    """The options beside a run's dataset as they are now, for what needs no training.

    Raises:
        ServiceError: 400 `tune_options`, if they have a fault.
    """
    name = _name(run)
    found = read_options(name)
    if found.faults:
        blob = name.companion(TUNE)
        raise ServiceError(
            "tune_options",
            f"{blob} changed: {found.faults[0].message}",
            hint=f"Fix {blob} and upload it again.",
            status=400,
        )
    return found.tune


def unchanged_validation_file(run: Run, companion: Companion) -> storage.BlobFacts:
    """The validation file of a run, if it has the bytes that the run was validated with.

    Args:
        run: The run.
        companion: The file as it was validated.

    Raises:
        ServiceError: 409 `companion_changed`, if it has others by now, or is gone.
    """
    facts = storage.datasets().facts(companion.blob)
    if facts is not None and (facts.etag == companion.etag or _sha256(facts) == companion.sha256):
        return facts
    raise ServiceError(
        "companion_changed",
        f"{companion.blob} was {'replaced' if facts else 'deleted'} after this run was validated "
        "with it, and before it was uploaded.",
        hint=f"Drop {run.dataset.blob} again to validate it with the files that are there now.",
        status=409,
    )


def note_changes(run: Run) -> Run:
    """Name each companion that is not as it was at validation in the run's timeline, once.

    Returns:
        The run's row as it is now.
    """
    name = _name(run)
    for ending in names.COMPANIONS:
        known = find_companion(run, ending)
        facts = storage.datasets().facts(name.companion(ending))
        if (known.etag if known else None) != (facts.etag if facts else None):
            verb = "deleted" if not facts else "replaced" if known else "added"
            run = _note_once(run, f"{name.companion(ending)} was {verb} after validation")
    return run


def find_companion(run: Run, ending: str) -> Companion | None:
    """The companion of a run with that ending, such as `.tune.json`, as it was validated."""
    return next((one for one in run.dataset.companions if one.blob.endswith(ending)), None)


def _note_once(run: Run, change: str) -> Run:
    note = f"{change}; this run goes on with what it was validated with"

    def add(row: Run) -> Run:
        known = any(one.note == note for one in row.timeline)
        return row if known else row.add_note(clock.now(), note)

    return registry().change(run.id, add)


def _copy(run: Run, blob: str, etag: str, data: bytes) -> Companion:
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"{run.id}/companions/{sha256}"
    storage.reports().write(path, data, "application/octet-stream")
    return Companion(blob=blob, etag=etag, sha256=sha256, copy=path)


def _read_copy(run: Run, companion: Companion) -> bytes:
    data = storage.reports().read(companion.copy)
    if data is not None:
        return data
    raise ServiceError(
        "companion_missing",
        f"The copy of {companion.blob} that this run was validated with was deleted.",
        hint=f"Drop {run.dataset.blob} again to validate it again.",
        status=404,
    )


def _questions(chunks: Iterable[bytes]) -> bytes:
    """The prompts of a file as lines of JSON, which `_question` reads."""
    found = questions_from(chunks, settings().eval_prompts)
    return b"".join(json.dumps(asdict(one)).encode() + b"\n" for one in found)


def _question(line: bytes) -> Question:
    fields = json.loads(line)
    calls, tools = tuple(fields.pop("expected_calls")), tuple(fields.pop("tools"))
    return Question(**fields, expected_calls=calls, tools=tools)


def _sha256(facts: storage.BlobFacts) -> str:
    file = ValidationFile(facts)
    for _ in file:
        pass
    return file.sha256


def _name(run: Run) -> DatasetName:
    name = names.parse(run.dataset.blob)
    if name is None:
        raise ValueError(f"run {run.id} belongs to no dataset: {run.dataset.blob!r}")
    return name
