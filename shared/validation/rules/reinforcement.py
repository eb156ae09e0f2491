"""Rules about rows, files and graders for reinforcement fine-tuning (RFT)."""

from collections.abc import Iterator

from shared.models import Method
from shared.validation.example import Example
from shared.validation.json_values import member, nearest
from shared.validation.rules import sources
from shared.validation.rules.grader import grader_faults
from shared.validation.rules.roles import intended_role
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.turn import Part

GROUP = Group("RFT", lambda example: example.method is Method.RFT)


@GROUP.check(
    68,
    "rft-user-last",
    "the last message is the user's",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.RFT,
    "Remove the answer from messages; what it is graded by goes into a field beside them.",
)
def rft_user_last(example: Example) -> Iterator[Fault]:
    """The model writes the answer itself, and the grader judges it."""
    turns = example.part(Part.MESSAGES)
    if example.method is not Method.RFT or not turns:
        return
    last = turns[-1]
    if last.role != "user" and intended_role(last.role) != "user":
        found = f"the last message is from {last.role!r}, not from the user"
        yield rft_user_last.fault(f"{last.path}.role", last.role, found)


VALIDATION_FILE = GROUP.rule(
    69,
    "rft-validation-file",
    "RFT needs a validation file",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.RFT,
    "Put <name>.validation.jsonl beside the dataset (--validation for this command).",
)


@GROUP.check(
    70,
    "grader-fields",
    "every field that the grader reads is in every row",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.RFT,
    "Add the field to the row or mend its name in the grader.",
)
def grader_fields(example: Example) -> Iterator[Fault]:
    """Fields are found in the grader's templates `{{item.x}}` and in its source, `item["x"]`."""
    for name in example.graded_fields:
        if name not in example.row:
            near = nearest(name, list(example.row))
            found = f"the grader reads item.{name}, which the row does not have{near}"
            yield grader_fields.fault(member("$", name), None, found)


GRADER = GROUP.rule(
    71,
    "grader",
    "the grader is a string_check, text_similarity, score_model, python (256 KB) or multi grader",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.RFT,
    "Mend the grader; the service offers fine_tuning/alpha/graders/validate for a last check.",
)


def faults_of_grader(grader: object) -> Iterator[Fault]:
    """What is wrong with the grader itself."""
    for path, value, message, level in grader_faults(grader):
        yield GRADER.fault(path, value, message, level=level)
