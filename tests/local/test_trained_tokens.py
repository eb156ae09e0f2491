"""The emulator trains as many tokens as the forecast counts, or the run says why not."""

import json
from pathlib import Path
from typing import Any

import pytest

import local
from local.azure.files import tokens
from local.azure.files.dataset import profile
from local.azure.fine_tuning.training import MOST_SEEN
from shared.billing.forecast import default_epochs
from shared.validation import validate
from tests.dataset import ROWS, to_jsonl
from tests.local.azure.emulator import MODEL, run_emulator

SAMPLES = Path(local.__file__).parent / "samples"
USER = {"role": "user", "content": "Wo regnet es? ☂ 雨"}
YES, NO = ([{"role": "assistant", "content": text}] for text in ("Überall.", "Nirgends heute."))
PREFERENCE = {"input": {"messages": [USER]}, "preferred_output": YES, "non_preferred_output": NO}
NAMED: dict[str, Any] = {"messages": [{**USER, "name": "Ada"}, *YES, USER, *NO]}
DATASETS = {
    "chats": (SAMPLES / "brolly.jsonl").read_bytes(),
    "tools": (SAMPLES / "brolly-tools.jsonl").read_bytes(),
    "preferences": to_jsonl([PREFERENCE] * 10),
    "names": to_jsonl([NAMED] * 10),
}


@pytest.mark.parametrize("name", DATASETS)
def test_both_count_the_same(name: str, tmp_path: Path) -> None:
    """What the emulator counts of a file is what the forecast counts."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(DATASETS[name])

    report = validate([DATASETS[name]], model=MODEL)

    assert profile(file).tokens == report.tokens["total"]["sum"]


def test_trained_tokens_are_those_of_the_forecast(tmp_path: Path) -> None:
    """Tokens times epochs: the emulator chooses the epochs that the forecast assumes."""
    with run_emulator(tmp_path) as azure:
        job = azure.job(azure.train())

    cost = validate([to_jsonl(ROWS)], model=MODEL).cost
    assert job["trained_tokens"] == cost["training_tokens"]


@pytest.mark.parametrize("examples", [10, 33, 34, 8_333, 8_334, MOST_SEEN, 60_000])
def test_epochs_by_the_number_of_examples(examples: int, tmp_path: Path) -> None:
    """The emulator's default of epochs is the forecast's for small and for large files."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n" * examples)
    with run_emulator(tmp_path / "state") as azure:
        job = azure.job(azure.train(file=azure.upload(file.read_bytes())))

    assert job["hyperparameters"]["n_epochs"] == default_epochs(examples)


def test_large_files_are_estimated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a size the tokens are estimated, near what they are."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(DATASETS["chats"])
    exact = profile(file)
    monkeypatch.setattr(tokens, "MOST_COUNTED", 1000)

    rough = profile(file)

    assert (exact.estimated, rough.estimated) == (False, True)
    assert rough.tokens == pytest.approx(exact.tokens, rel=0.3)


def test_half_a_character_is_counted(tmp_path: Path) -> None:
    """A lone surrogate, which JSON allows, does not stop the processing of a file."""
    file = tmp_path / "a.jsonl"
    row = {"messages": [{"role": "user", "content": "\ud800"}, *YES]}
    file.write_text(json.dumps(row))

    assert profile(file).tokens > 0
