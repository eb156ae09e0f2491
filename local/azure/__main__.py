"""Starts the emulator: `python -m local.azure --port 8081 --state DIR`."""

import argparse
import os
import sys
from pathlib import Path

from .settings import RATE_LIMITS, Settings

DEFAULTS = Settings(Path())


def main(arguments: list[str] | None = None) -> int:
    """Runs until SIGINT or SIGTERM; 2 for settings that cannot be."""
    options = parser().parse_args(arguments)
    # Starting the server takes most of the time, so --help and mistakes come before it.
    from .server import serve

    try:
        serve(read_settings(options), options.port)
    except (ValueError, OSError) as error:
        print(f"local.azure: {error}", file=sys.stderr)
        return 2
    return 0


def read_settings(options: argparse.Namespace) -> Settings:
    """The settings behind the command line."""
    keys = options.key or list(filter(None, os.environ.get("EMULATOR_KEYS", "").split(",")))
    return Settings(
        state=options.state,
        keys=tuple(keys) or DEFAULTS.keys,
        transitions=options.transitions,
        clock_file=options.clock,
        control=options.control,
        bases=dict(_base(text) for text in options.base) or DEFAULTS.bases,
        account=options.account,
        location=options.location,
        rate_limits=options.rate_limits,
        quota=options.quota,
        training_type_required=options.training_type == "required",
        metrics_delay_minutes=options.metrics_delay,
        idle_days=options.idle_days,
        retirement=options.retirement == "enforced",
        large_forms=options.large_forms == "accepted",
        webhook_url=options.webhook,
        webhook_secret=os.environ.get("EMULATOR_WEBHOOK_SECRET", DEFAULTS.webhook_secret),
    )


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(
        prog="python -m local.azure",
        description="An emulated Azure OpenAI resource with its ARM deployments and metrics.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = result.add_argument
    add("--port", type=int, default=8081, help="port on 127.0.0.1; 0 = any free one")
    add("--state", type=Path, required=True, help="folder that keeps everything")
    add("--transitions", default="", metavar="RULES",
        help="immediate, reads:N or seconds:S, for all kinds or by kind (job=seconds:30,file=immediate)")  # fmt: skip  # noqa: E501
    add("--clock", type=Path, metavar="FILE", help="file with seconds to add to real time")
    add("--control", action="store_true", help="enable the control API /control/…")
    add("--key", action="append", help="accepted API key; else EMULATOR_KEYS, else emulator-key")
    add("--base", action="append", default=[], metavar="NAME=MODEL",
        help="base deployment that is there from the start")  # fmt: skip
    add("--account", metavar="ID", help="the one ARM account id that exists; default: any does")
    add("--location", default=DEFAULTS.location, help="region of the account")
    add("--rate-limits", choices=RATE_LIMITS, default=DEFAULTS.rate_limits,
        help="by the minute, in 10-second bursts as the service, or off")  # fmt: skip
    add("--quota", type=int, default=DEFAULTS.quota, help="thousand tokens per minute per quota")
    add("--training-type", choices=("required", "optional"), default="required",
        help="whether a job without trainingType is refused")  # fmt: skip
    add("--metrics-delay", type=float, default=0.0, metavar="MINUTES", help="age of new metrics")
    add("--idle-days", type=float, default=0.0, metavar="DAYS",
        help="the service's own deletion of unused tuned deployments (it says 15); 0 = never")  # fmt: skip  # noqa: E501
    add(
        "--retirement",
        choices=("ignored", "enforced"),
        default="ignored",
        help="whether models end on their published dates",
    )
    add(
        "--large-forms",
        choices=("refused", "accepted"),
        default="refused",
        help="whether a file from 150 MB on is refused (500) in one multipart form",
    )
    add("--webhook", metavar="URL", help="where to send an event when a job ends")
    return result


def _base(text: str) -> tuple[str, str]:
    name, equals, model = text.partition("=")
    if not (name and equals and model):
        raise ValueError(f"--base {text!r}: write NAME=MODEL, as chat=gpt-4.1-mini-2025-04-14")
    return name, model


if __name__ == "__main__":
    sys.exit(main())
