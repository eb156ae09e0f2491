"""The commands of the local stand-in: `python -m local demo` and `python -m local up`."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from local.stack import Ports


def main() -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args()
    ports = Ports(**{f.name: getattr(arguments, f"{f.name}_port") for f in fields(Ports)})
    try:
        return _run(arguments, ports)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _run(arguments: argparse.Namespace, ports: Ports) -> int:
    from local.app import AppError
    from local.processes import StartFailed

    try:
        if arguments.command == "up":
            from local.up import up

            return up(arguments.state.resolve(), ports)
        from local.demo import demo

        return demo(arguments.file, arguments.prompt, keep=arguments.keep, ports=ports)
    except (StartFailed, AppError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="the whole journey once, from drop to chat answer")
    demo.add_argument("file", nargs="?", type=Path, help="dataset; default: the travel sample")
    demo.add_argument("--prompt", action="append", default=[], help="ask this at the end")
    demo.add_argument("--keep", action="store_true", help="go on running afterwards")
    up = commands.add_parser("up", help="storage, emulator and host until Ctrl-C")
    up.add_argument("--state", type=Path, default=Path(".state"), help="folder that keeps all")
    for command, default in ((demo, Ports.free()), (up, Ports())):
        for one in fields(Ports):
            port = getattr(default, one.name)
            text = f"default {port or 'any free one'}"
            command.add_argument(f"--{one.name}-port", type=int, default=port, help=text)
    return parser


if __name__ == "__main__":
    sys.exit(main())
