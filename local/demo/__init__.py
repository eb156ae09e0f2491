"""The demonstration: drop a dataset, watch every phase, compare the answers, chat."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.app import App
from local.demo.answers import show_answers, show_chat, show_rejection
from local.demo.client import show_commands
from local.demo.view import View, view
from local.drop import dataset_problem
from local.stack import Ports, Stack, StackConfig, stack

# All prompts of the sample, so that the comparison can be statistically significant.
_SETTINGS = {"EVAL_PROMPTS": "12"}
SAMPLE = Path(__file__).parent.parent / "samples" / "brolly.jsonl"


def demo(
    file: Path | None, prompts: Sequence[str], keep: bool, ports: Ports, picture: Path | None = None
) -> int:
    """Drop a dataset, follow its run to the end, compare the answers.

    Args:
        file: The dataset, with its companions beside it; None for `SAMPLE`.
        prompts: Prompts to send to both models by the chat endpoint.
        keep: Whether everything keeps running afterwards, until Ctrl-C.
        ports: Where everything listens.
        picture: File for what is printed, as an SVG; None writes none.

    Returns:
        0 if the model serves and answers, 1 if the run ended otherwise, 2 if the file is no
        dataset.
    """
    start = time.monotonic()
    source = file or SAMPLE
    if problem := dataset_problem(source):
        print(problem, file=sys.stderr)
        return 2
    with _temporary_folder() as state, view(picture) as screen:
        screen.say("Starting storage, the emulated Azure OpenAI and the Functions host ...")
        with stack(StackConfig(state, ports, settings=_SETTINGS)) as here:
            screen.say(f"Ready after {time.monotonic() - start:.1f} s at {here.url}.")
            app = App(here)
            try:
                run = _follow_run(app, source, screen)
                code = _show_result(app, run, prompts, screen)
                screen.say(f"Finished in {time.monotonic() - start:.1f} s.")
                if keep:
                    _wait_for_interrupt(here, screen)
                return code
            finally:
                app.close()


def _follow_run(app: App, source: Path, screen: View) -> dict[str, Any]:
    before = {run["id"] for run in app.runs()}
    dropped = app.drop(source)
    screen.say(f"Dropped {', '.join(dropped)} into the container datasets.")
    run = app.new_run(dropped[-1], before)
    for now in app.follow(run):
        screen.show(now, app.events(run) if now["training"].get("job") else {})
    return now


def _show_result(app: App, run: dict[str, Any], prompts: Sequence[str], screen: View) -> int:
    screen.finish()
    if run["phase"] != "serving":
        show_rejection(screen.console, run, app.faults(run["id"]))
        return 1
    report = app.report(run["id"])
    show_answers(screen.console, report["evaluation"])
    last = report["evaluation"]["pairs"][-1]["messages"][-1]["content"]
    for prompt in prompts or [str(last)]:
        messages = [{"role": "user", "content": prompt}]
        answers = {name: app.chat(name, messages) for name in ("base", run["model"])}
        show_chat(screen.console, prompt, answers)
    return 0


def _wait_for_interrupt(here: Stack, screen: View) -> None:
    show_commands(screen.console, here)
    screen.say("Everything keeps running. Press Ctrl-C to stop.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        screen.say("Stopping.")


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder of its own for one demonstration; kept, and named, if something went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="tunedrop-demo-"))
    try:
        yield folder
    except BaseException:
        print(f"The logs are in {folder}.", file=sys.stderr)
        raise
    shutil.rmtree(folder, ignore_errors=True)
