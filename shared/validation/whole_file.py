"""The findings about a file as a whole, once it was read to its end."""

from collections.abc import Iterator

from shared.billing.forecast import MOST_TRAINING_TOKENS, Forecast
from shared.datasets.names import LARGEST
from shared.models import Method
from shared.validation.rules import file, images, preference, reinforcement, roles, tokens
from shared.validation.rules.rule import Fault, Level
from shared.validation.scan import Scan
from shared.validation.session import Session

MEGABYTE = 1_000_000
_SLOW_BYTES = 150 * MEGABYTE
_FEWEST, _FEW = 10, 50


def file_faults(scan: Scan) -> Iterator[tuple[int | None, Fault]]:
    """The faults of one file as a whole, with the line if there is one."""
    reader = scan.reader
    if reader.has_bom:
        yield 1, file.BOM.fault("$", None, "the file begins with a byte order mark")
    if reader.first_lone_cr:
        found = "the line ends in a single CR"
        yield reader.first_lone_cr, file.LINE_ENDS.fault("$", None, found)
    for faults in (_size_faults, _number_faults, _system_faults, _image_faults):
        for fault in faults(scan):
            yield None, fault


def session_faults(session: Session, cost: Forecast) -> Iterator[Fault]:
    """The faults of files, model and grader together."""
    yield from _model_faults(session)
    if cost.training_tokens > MOST_TRAINING_TOKENS:
        found = f"{cost.training_tokens:,} tokens in {cost.epochs} epochs; 2 billion are allowed"
        yield file.BUDGET.fault("$", cost.training_tokens, found)
    if session.training.method is Method.RFT:
        yield from _rft_faults(session)


def _model_faults(session: Session) -> Iterator[Fault]:
    model, method = session.model, session.training.method
    if model is None:
        found = (
            f"unknown model {session.model_name!r}: methods, context and images were not checked; "
            "tokens are an estimate, costs are unknown"
        )
        yield tokens.VOCABULARY.fault("$", session.model_name, found)
        return
    if not model.vocabulary_exact:
        own = f" ({model.own_vocabulary})" if model.own_vocabulary else ""
        found = (
            f"tokens are counted with {model.vocabulary}; {model.id} has a vocabulary of its own"
            f"{own}, which is not included: {model.estimate or 'how far off they are is unknown'}"
        )
        yield tokens.VOCABULARY.fault("$", model.vocabulary, found)
    if method.value not in model.methods:
        found = f"{model.id} supports {', '.join(model.methods)}, not {method}"
        yield preference.METHOD.fault("$", method.value, found)


def _rft_faults(session: Session) -> Iterator[Fault]:
    if session.validation is None:
        found = "the validation file is missing"
        yield reinforcement.VALIDATION_FILE.fault("$", None, found)
    if session.grader is None:
        found = "no grader was given, so the fields that it reads were not checked"
        yield reinforcement.GRADER.fault("$", None, found, level=Level.INFO)


def _size_faults(scan: Scan) -> Iterator[Fault]:
    size = scan.reader.size
    seen = f"{size / MEGABYTE:.1f} MB"
    if size > LARGEST:
        most = f"{LARGEST / MEGABYTE:.1f} MB (512 MiB)"
        unread = "" if scan.was_read else "; it was not read"
        yield file.SIZE.fault("$", seen, f"the file has {seen}; {most} are allowed{unread}")
    elif size > _SLOW_BYTES:
        found = f"the file has {seen}; above 150 MB it must be uploaded in parts, as tunedrop does"
        yield file.SIZE.fault("$", seen, found, level=Level.WARNING)


def _number_faults(scan: Scan) -> Iterator[Fault]:
    number = scan.examples
    if not scan.was_read:
        return
    if not number:
        yield file.EMPTY.fault("$", None, "the file has no examples")
    elif number < _FEWEST:
        found = f"the file has {number} examples; at least {_FEWEST} are required"
        yield file.MINIMUM.fault("$", number, found)
    elif number < _FEW and scan.file == "training":
        found = f"the file has {number} examples; at least {_FEW} are recommended"
        yield file.MINIMUM.fault("$", number, found, level=Level.WARNING)


def _system_faults(scan: Scan) -> Iterator[Fault]:
    systems = scan.systems
    if systems.distinct > 1:
        many = f"{systems.distinct} different system messages in the file"
        yield roles.SAME_SYSTEM.fault("$", systems.distinct, many)
    elif systems.distinct and systems.rows_without:
        some = f"{systems.rows_without} of {scan.examples} rows have no system message"
        yield roles.SAME_SYSTEM.fault("$", systems.rows_without, some)


def _image_faults(scan: Scan) -> Iterator[Fault]:
    number = scan.image_examples
    if number > images.MOST_IMAGE_EXAMPLES:
        found = f"{number:,} examples with images; {images.MOST_IMAGE_EXAMPLES:,} are allowed"
        yield images.IMAGE_EXAMPLES.fault("$", number, found)
    if number:
        found = f"the images of {number:,} examples were not checked for people, faces or CAPTCHAs"
        yield images.IMAGE_CONTENTS.fault("$", number, found)
