"""Places within a document, as the reader's complaints name them: `a.b[0]['c d']`."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

_SPECIAL = re.compile("[. '/\"\\[\\]()\t\n\r\f\b\\\\\u0085\u2028\u2029]")


@dataclass(slots=True)
class Place:
    """An open container, and how far it has been read: to an index or a name."""

    array: bool
    index: int = -1
    name: str = ""


def path(places: Iterable[Place]) -> str:
    """The path that leads through `places`."""
    text = ""
    for place in places:
        if place.array:
            text += f"[{place.index}]"
        elif _SPECIAL.search(place.name):
            escaped = json.dumps(place.name, ensure_ascii=False)[1:-1].replace('\\"', '"')
            text += "['" + escaped.replace("'", "\\'") + "']"
        else:
            text += f".{place.name}" if text else place.name
    return text
