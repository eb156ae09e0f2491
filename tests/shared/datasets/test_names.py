"""Names of datasets, companions, models and runs."""

import pytest

from shared.datasets import names


@pytest.mark.parametrize("blob", ["brolly.jsonl", "a.jsonl", "A1-b2.jsonl", "9lives.jsonl"])
def test_good_name_is_the_model_s_name(blob: str) -> None:
    """A dataset with a good name makes a model of that name, without a fault."""
    name = names.parse(blob)

    assert name == names.DatasetName(blob, blob.removesuffix(".jsonl"), None)


@pytest.mark.parametrize(
    "blob",
    ["a.validation.jsonl", "a.eval.jsonl", "a.tune.json", "a.json", "a.jsonl.bak", "a.JSONL", ""],
)
def test_companions_and_other_files_are_no_datasets(blob: str) -> None:
    """Companions and what is not JSONL by its name start nothing."""
    assert names.parse(blob) is None


@pytest.mark.parametrize(
    ("blob", "model", "word"),
    [
        ("my data.jsonl", "my-data", "letters"),
        ("größe.jsonl", "groe", "letters"),
        ("reisen/rom.jsonl", "reisen-rom", "letters"),
        ("旅行.jsonl", "dataset", "letters"),
        (".jsonl", "dataset", "letters"),
        ("-a-.jsonl", "a", "letters"),
        ("a\n.jsonl", "a", "letters"),
        ("base.jsonl", "base-dataset", "reserved"),
        ("BASE.jsonl", "BASE-dataset", "reserved"),
        ("base!.jsonl", "base-dataset", "letters"),
        ("x" * 54 + ".jsonl", "x" * 53, "limit is 53"),
    ],
)
def test_bad_name_has_a_fault_and_a_safe_model(blob: str, model: str, word: str) -> None:
    """A dataset with a bad name is known as a fault, under a name that tables and Azure take."""
    name = names.parse(blob)

    assert name is not None
    assert name.model == model
    assert word in (name.fault or "")


def test_companions_lie_beside_the_dataset() -> None:
    """Each companion has the dataset's name with its own ending."""
    name = names.DatasetName("brolly.jsonl", "brolly")

    found = [name.companion(ending) for ending in names.COMPANIONS]

    assert found == ["brolly.validation.jsonl", "brolly.eval.jsonl", "brolly.tune.json"]


def test_run_id_depends_on_blob_and_etag_only() -> None:
    """The same blob and ETag give the same id; another ETag or another blob gives another."""
    brolly = names.DatasetName("brolly.jsonl", "brolly")
    other = names.DatasetName("other.jsonl", "brolly")

    ids = [brolly.run_id("0x1"), brolly.run_id("0x1"), brolly.run_id("0x2"), other.run_id("0x1")]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_longest_run_id_is_a_deployment_name() -> None:
    """The longest model name leaves room for the ten digits in Azure's 64 characters."""
    name = names.parse("x" * names.NAME_LIMIT + ".jsonl")

    assert name is not None
    assert len(name.run_id("0x8DC0FFEE")) == 64


@pytest.mark.parametrize(
    ("run", "model"),
    [
        ("brolly-0123456789", "brolly"),
        ("a-b-0123456789-0123456789", "a-b-0123456789"),
        ("brolly", None),
        ("brolly-012345678", None),
        ("brolly-012345678G", None),
        ("-0123456789", None),
        ("brolly-0123456789-deploy", None),
        ("", None),
    ],
)
def test_model_of_a_run_id(run: str, model: str | None) -> None:
    """A run id names its model; what is no run id names none."""
    assert names.model_of(run) == model
