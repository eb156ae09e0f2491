"""Names: which blobs are datasets, what their models and runs are called.

A run's id is also its Durable instance id, the prefix of its files at the service and its
deployment name, so a model name must fit the narrowest of those rules: deployment names, of which
Azure documents no pattern; 2 to 64 letters, digits and hyphens is what is known to be safe.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

CONTAINER = "datasets"
COMPANIONS = (".validation.jsonl", ".eval.jsonl", ".tune.json")
NAME_LIMIT = 53  # with a hyphen and ten digits it stays within 64 characters
LARGEST = 512 << 20  # bytes; the service's 512 MB in the larger sense, to refuse nothing good
RESERVED = frozenset({"base"})  # what chat calls the untuned deployment
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_RUN = re.compile(r"(?P<model>.+)-[0-9a-f]{10}")


@dataclass(frozen=True)
class DatasetName:
    """The blob of a dataset and the model it makes.

    Attributes:
        blob: Name in the container `datasets`, such as `brolly.jsonl`.
        model: Name that client apps will ask for; safe even where `fault` is set.
        fault: Why the name cannot be used, or None.
    """

    blob: str
    model: str
    fault: str | None = None

    def companion(self, ending: str) -> str:
        """The companion blob with `ending`, such as `.tune.json`."""
        return self.blob.removesuffix(".jsonl") + ending

    def run_id(self, etag: str) -> str:
        """The id of the run for the bytes that `etag` (without quotes) stands for."""
        seed = f"{CONTAINER}\n{self.blob}\n{etag}".encode()
        return f"{self.model}-{hashlib.sha256(seed).hexdigest()[:10]}"

    def content_id(self, sha256: str) -> str:
        """The id of some bytes under this very name: corrected names may share a model."""
        return hashlib.sha256(f"{self.blob}\n{sha256}".encode()).hexdigest()


def parse(blob: str) -> DatasetName | None:
    """The dataset that a blob is, or None for companions and what is not JSONL."""
    if not blob.endswith(".jsonl") or blob.endswith(COMPANIONS):
        return None
    stem = blob.removesuffix(".jsonl")
    fault = _fault(stem)
    return DatasetName(blob, stem if fault is None else _safe(stem), fault)


def model_of(run_id: str) -> str | None:
    """The model that a run id belongs to, or None if it is no run id."""
    match = _RUN.fullmatch(run_id)
    return match["model"] if match else None


def _fault(stem: str) -> str | None:
    if stem.lower() in RESERVED:
        return f"the name {stem!r} is reserved for the untuned model"
    if len(stem) > NAME_LIMIT:
        return f"the name has {len(stem)} characters; the limit is {NAME_LIMIT}"
    if not _NAME.fullmatch(stem):
        return (
            "a model name has only letters a-z, digits and hyphens, "
            "and begins and ends with a letter or digit"
        )
    return None


def _safe(stem: str) -> str:
    """A name that tables, blobs and instance ids take, for the report of a refused dataset."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[A-Za-z0-9]+", plain))[:NAME_LIMIT].strip("-")
    return f"{words or 'dataset'}" if words.lower() not in RESERVED else f"{words}-dataset"
