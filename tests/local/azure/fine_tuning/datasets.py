"""Training data that the tests of jobs give."""

import copy
import json
from collections.abc import Sequence
from typing import Any

from tests import dataset as ten_rows

STANDARD = {"trainingType": "Standard"}
ROWS = copy.deepcopy(list(ten_rows.ROWS))


def dataset(rows: Sequence[dict[str, Any]]) -> bytes:
    """Rows as a JSONL file."""
    return "\n".join(map(json.dumps, rows)).encode()


def spoil_dataset(text: str) -> bytes:
    """The good dataset with a text added to its last answer."""
    rows = json.loads(json.dumps(ROWS))
    rows[-1]["messages"][-1]["content"] += f" {text}"
    return dataset(rows)
