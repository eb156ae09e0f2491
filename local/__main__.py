"""The commands of the local stand-in: `python -m local demo`, `up` and `drop`."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from local.stack import Ports


def main() -> int:
    """Run one command and return its exit code."""
    try:
        return _run(_parser().parse_args())
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _run(arguments: argparse.Namespace) -> int:
    from local.app import AppError
    from local.processes import StartError

    try:
        return _COMMANDS[arguments.command](arguments)
    except (StartError, AppError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 1


def _demo(arguments: argparse.Namespace) -> int:
    from local.demo import demo

    ports = _ports(arguments)
    picture: Path | None = arguments.picture
    return demo(arguments.file, arguments.prompt, arguments.keep, ports, picture)


def _up(arguments: argparse.Namespace) -> int:
    from local.up import up

    return up(arguments.state.resolve(), _ports(arguments))


def _drop(arguments: argparse.Namespace) -> int:
    from azure.core.exceptions import AzureError

    from local.drop import dataset_problem, drop

    if problem := dataset_problem(arguments.file):
        print(problem, file=sys.stderr)
        return 2
    try:
        dropped = drop(arguments.storage, arguments.file, arguments.name)
    except AzureError as error:
        print(f"The upload failed: {error}\nIs `make up` running?", file=sys.stderr)
        return 1
    print(f"Dropped {', '.join(dropped)} into the container datasets.")
    return 0


def _ports(arguments: argparse.Namespace) -> Ports:
    return Ports(**{f.name: getattr(arguments, f"{f.name}_port") for f in fields(Ports)})


_COMMANDS = {"demo": _demo, "up": _up, "drop": _drop}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="drop a dataset, follow its run, compare and chat")
    demo.add_argument("file", nargs="?", type=Path, help="dataset; default: the sample brolly")
    demo.add_argument("--prompt", action="append", default=[], help="send this at the end")
    demo.add_argument("--keep", action="store_true", help="keep everything running afterwards")
    demo.add_argument("--picture", type=Path, metavar="FILE", help="also write the output as SVG")
    up = commands.add_parser("up", help="run storage, emulator and host until Ctrl-C")
    up.add_argument("--state", type=Path, default=Path(".state"), help="folder for state and logs")
    drop = commands.add_parser("drop", help="upload a dataset with its companions")
    drop.add_argument("file", type=Path, help="dataset; NAME.jsonl makes the model NAME")
    drop.add_argument("--name", help="name of the model; default: the name of the file")
    text = "connection string; default: the storage of `make up`"
    drop.add_argument("--storage", default="UseDevelopmentStorage=true", help=text)
    for command, default in ((demo, Ports.free()), (up, Ports())):
        for one in fields(Ports):
            port = getattr(default, one.name)
            text = f"default {port or 'any free one'}"
            command.add_argument(f"--{one.name}-port", type=int, default=port, help=text)
    return parser


if __name__ == "__main__":
    sys.exit(main())
