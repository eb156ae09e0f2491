"""What the demonstration ends with: answers side by side, or why there are none."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

SHOWN_PROMPTS = 5
_EMULATED = (
    "No language model runs on this machine: the emulator answers. Its tuned model gives the answer"
    " of the nearest training example, its base model a general text. Each ends in [emulated]."
)


def show_answers(console: Console, evaluation: dict[str, Any]) -> None:
    """Print the first answers of base and tuned model side by side, and what the grading says."""
    pairs = evaluation["pairs"]
    table = Table(title="The same prompts, before and after fine-tuning", show_lines=True)
    table.add_column("prompt", ratio=2)
    table.add_column(f"base ({evaluation['base']})", ratio=4)
    table.add_column(f"tuned ({evaluation['tuned']})", ratio=4, style="green")
    for pair in pairs[:SHOWN_PROMPTS]:
        prompt = str(pair["messages"][-1]["content"])
        table.add_row(escape(prompt), _text(pair["base"]), _text(pair["tuned"]))
    console.print(table)
    if len(pairs) > SHOWN_PROMPTS:
        rest = len(pairs) - SHOWN_PROMPTS
        console.print(f"{rest} more are in the report (GET runs/{evaluation['run']}/report).")
    console.print(_EMULATED, style="dim", markup=False)
    console.print("\nComparison", style="bold")
    console.print((evaluation.get("summary") or {}).get("text", ""), markup=False, highlight=False)
    if evaluation.get("gate"):
        console.print(evaluation["gate"]["text"], markup=False, highlight=False)


def show_chat(console: Console, prompt: str, answers: dict[str, str]) -> None:
    """Print what the chat endpoint just answered."""
    console.print(f"\nThe chat endpoint, asked: {prompt}", style="bold", markup=False)
    for model, text in answers.items():
        console.print(f"  {model}: {text}", markup=False, highlight=False)


def show_rejection(console: Console, run: dict[str, Any], faults: list[dict[str, Any]]) -> None:
    """Print why a run does not serve, with every fault that its validation found."""
    error = run.get("error") or {}
    reason = f"{len(faults)} faults" if faults else error.get("message", "")
    console.print(f"The run ended as {run['phase']}: {reason}", markup=False)
    for fault in faults:
        console.print(f"  {_place(fault)}{fault['message']}", markup=False, highlight=False)
        console.print(f"      {fault['hint']}", markup=False, highlight=False, style="dim")
    if error.get("hint"):
        console.print(str(error["hint"]), markup=False)


def _text(answer: dict[str, Any] | None) -> str:
    if not answer:
        return ""
    error = answer.get("error")
    calls = [f"{one['name']}({one['arguments']})" for one in answer.get("calls", ())]
    said = "\n".join(filter(None, (answer.get("text"), *calls)))
    text = escape(str(error["message"]) if error else said)
    score = answer.get("score")
    return text if score is None else f"{text}\n[bold]score {score:.2f}[/bold]"


def _place(finding: dict[str, Any]) -> str:
    line, path = finding.get("line"), finding.get("path")
    return f"line {line}, {path}: " if line else ""
