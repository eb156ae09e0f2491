"""Rules about rows, files and graders for reinforcement fine-tuning (RFT)."""

from collections.abc import Iterator

from shared.models import Method
from shared.validation.example import Example
from shared.validation.json_values import member, nearest
from shared.validation.rules import sources
from shared.validation.rules.grader import grader_faults
from shared.validation.rules.roles import guess_role
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.turn import Part

GROUP = Group("RFT", lambda example: example.method is Method.RFT)


@GROUP.check(
    68,
    "rft-user-last",
    "the last message must be from the user",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.RFT,
    "Remove the answer from messages, and put what the grader needs into another field.",
)
def rft_user_last(example: Example) -> Iterator[Fault]:
    """The model generates the answer during training, and the grader scores it."""
    turns = example.part(Part.MESSAGES)
    if example.method is not Method.RFT or not turns:
        return
    last = turns[-1]
    if last.role != "user" and guess_role(last.role) != "user":
        found = f"the last message is from {last.role!r}; it must be from the user"
        yield rft_user_last.fault(f"{last.path}.role", last.role, found)


VALIDATION_FILE = GROUP.rule(
    69,
    "rft-validation-file",
    "a validation file is required for RFT",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.RFT,
    "Upload <name>.validation.jsonl next to the dataset (--validation on the command line).",
)


@GROUP.check(
    70,
    "grader-fields",
    "every row must have the fields that the grader reads",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.RFT,
    "Add the field to the row or fix its name in the grader.",
)
def grader_fields(example: Example) -> Iterator[Fault]:
    """Fields are found in the grader's templates `{{item.x}}` and in its source, `item["x"]`."""
    for name in example.graded_fields:
        if name not in example.row:
            near = nearest(name, list(example.row))
            found = f"the grader reads item.{name}, which is missing in the row{near}"
            yield grader_fields.fault(member("$", name), None, found)


GRADER = GROUP.rule(
    71,
    "grader",
    "the grader must be a valid string_check, text_similarity, score_model, python or multi grader",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.RFT,
    "Fix the grader; the service can check it with POST fine_tuning/alpha/graders/validate.",
)


def check_grader(grader: object) -> Iterator[Fault]:
    """The faults of the grader itself."""
    for path, value, message, level in grader_faults(grader):
        yield GRADER.fault(path, value, message, level=level)
