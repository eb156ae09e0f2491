"""The phases of a run in docs/pipeline.md: `python -m tools.phase_reference` writes them there."""

from pathlib import Path

from shared.registry.state import ANSWERING, PATH, RESTING, TRANSITIONS, Phase

PAGE = Path(__file__).parents[1] / "docs" / "pipeline.md"
_BEGIN, _END = "<!-- phases: begin -->", "<!-- phases: end -->"

_EXITS = (
    "Every phase that is worked on can also end as `cancelled`, `failed`, or `superseded` (other "
    "bytes were written over its dataset before they were read)."
)

#: For each phase what happens in it, and when it ends.
TEXTS = {
    Phase.RECEIVED: ("the run was created from the dropped blob", "at once"),
    Phase.VALIDATING: (
        "all rules are checked on every line; tokens and costs are forecast",
        "after one pass; errors end the run as `rejected`",
    ),
    Phase.REJECTED: (
        "the dataset has errors, which the report lists; nothing was uploaded",
        "when it is dropped again",
    ),
    Phase.QUEUED: (
        "waits for capacity (files, bytes, jobs, deployments, quota), or for an approval",
        "when there is capacity, without a deadline; approval: `APPROVAL_DEADLINE`",
    ),
    Phase.UPLOADING: (
        "the training and validation files are uploaded (in parts from 150 MB on) and processed",
        "`FILE_DEADLINE`",
    ),
    Phase.TRAINING: (
        "one fine-tuning job runs; its events, checkpoints and results are stored",
        "`TRAIN_DEADLINE`",
    ),
    Phase.DEPLOYING: (
        "the model is deployed, until it answers a one-token chat; also when it is woken",
        "`DEPLOY_DEADLINE`",
    ),
    Phase.EVALUATING: (
        "the base and the tuned model answer the same prompts, and are graded",
        "`EVALUATE_DEADLINE`; a comparison that cannot be made does not stop the run",
    ),
    Phase.SERVING: (
        "the model's name points to this version",
        "when it is superseded or retired",
    ),
    Phase.ASLEEP: (
        "the deployment was deleted because nobody used it; the tuned model is kept",
        "when it is woken",
    ),
    Phase.SUPERSEDED: (
        "another version serves, or the gate failed; the deployment is kept for `KEEP_PREVIOUS`",
        "when it is promoted, rolled back to, or woken by its run id",
    ),
    Phase.CANCELLED: (
        "ended on request; it causes no further costs",
        "when it is dropped again",
    ),
    Phase.FAILED: (
        "ended with an error, which the run's status has; it causes no further costs",
        "when it is dropped again",
    ),
}


def section() -> str:
    """The table of phases, and the diagram of what follows what."""
    return "\n".join((*_table(), "", _EXITS, "", *_diagram()))


def with_section(page: str) -> str:
    """A page with the section in place of the one between the two markers."""
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    return f"{before}{_BEGIN}\n\n{section()}\n\n{_END}{after}"


def _table() -> list[str]:
    head = ["| phase | what happens | it ends | worked on | answers chats |", "| --- " * 5 + "|"]
    return [*head, *map(_row, Phase)]


def _row(phase: Phase) -> str:
    about, end = TEXTS[phase]
    worked_on = "" if phase in RESTING else "yes"
    answers = "yes" if phase in ANSWERING else ""
    return f"| `{phase}` | {about} | {end} | {worked_on} | {answers} |"


def _diagram() -> list[str]:
    """The transitions as Mermaid, without that any phase at work can be cancelled and fail."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {PATH[0]}"]
    for phase in Phase:
        after = TRANSITIONS[phase] - ({*RESTING} - {*PATH} if phase not in RESTING else set())
        lines += [f"    {phase} --> {one}" for one in Phase if one in after]
    lines.append(f"    {Phase.VALIDATING} --> {Phase.REJECTED}")
    lines.append(f"    {Phase.DEPLOYING} --> {Phase.ASLEEP}: waking failed")
    lines.append(f"    {Phase.EVALUATING} --> {Phase.SUPERSEDED}: gate failed")
    return [*lines, "```"]


if __name__ == "__main__":
    PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
