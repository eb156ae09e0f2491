"""Damaged rows by the thousand; a million with TUNEDROP_MUTATIONS=1000000."""

import os
import random

from tests.shared.validation.mutations import run


def test_damaged_rows_never_raise() -> None:
    """Every damaged row ends in the report, none in a traceback; the seed is printed."""
    rows = int(os.environ.get("TUNEDROP_MUTATIONS", "4000"))
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}: python -m tests.shared.validation.mutations {rows} {seed}")  # noqa: T201

    errors = run(rows, seed, size=1_000)

    assert errors > rows / 4
