"""Facts about base models."""

from datetime import date
from pathlib import Path

import pytest

from shared.models import ModelFactsError, find_model, model_facts, read_price_table


def test_shipped_facts_are_complete() -> None:
    """Every model has a method, a vocabulary and a format, and the default is one of them."""
    facts = model_facts()

    assert facts.default in facts.models
    assert {"models", "limits", "prices", "retirement"} <= set(facts.sources)
    for model in facts.models.values():
        assert set(model.methods) <= {"sft", "dpo", "rft"}
        assert model.methods
        assert model.vocabulary
        assert model.format


def test_model_is_found_by_id_name_and_tuned_id() -> None:
    """The plain name and the id of a tuned model lead to the facts of the base."""
    base = find_model("gpt-4.1-2025-04-14")

    assert base is not None
    assert base.images
    assert find_model("gpt-4.1") == base
    assert find_model("gpt-4.1-2025-04-14.ft-0123abcd-brolly") == base


def test_unknown_model_has_no_facts() -> None:
    """Nothing is made up about a model that is not in the file."""
    assert find_model("gpt-9") is None


def test_dates_are_dates() -> None:
    """Retirement dates can be compared with today."""
    model = find_model("gpt-4o")

    assert model is not None
    assert model.retirement.training == date(2027, 4, 1)


def test_facts_can_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MODEL_FACTS names another file, which then is all that is known."""
    path = tmp_path / "facts.toml"
    path.write_text(
        'default = "mine"\n[[model]]\nid = "mine"\nname = "mine"\nmethods = ["sft"]\n'
        'vocabulary = "cl100k_base"\nprice = { GlobalStandard = { training = 5.5 } }\n'
    )
    monkeypatch.setenv("MODEL_FACTS", str(path))

    mine = find_model("mine")

    assert mine is not None
    assert mine.price.find("globalstandard", "training") == 5.5
    assert mine.price.find("GlobalStandard", "hosting_hour") is None
    assert find_model("gpt-4.1") is None


@pytest.mark.parametrize("text", ["default = ", 'default = "a"', '[[model]]\nid = "a"\ncolour = 1'])
def test_broken_facts_name_the_file(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that cannot be used is an error with its path and a way out."""
    path = tmp_path / "facts.toml"
    path.write_text(text)
    monkeypatch.setenv("MODEL_FACTS", str(path))

    with pytest.raises(ModelFactsError, match=r"facts\.toml.*unset MODEL_FACTS"):
        find_model("a")


def test_every_meter_is_a_price_that_is_shipped() -> None:
    """What the price list can bring has a value to be held against, and each meter one meaning."""
    seen: set[str] = set()
    for model in model_facts().models.values():
        for meter, (kind, item) in model.meters.items():
            assert meter not in seen
            seen.add(meter)
            region = "swedencentral" if kind == "standard" else ""
            assert model.price.find(kind, item, region) is not None, meter


@pytest.mark.parametrize("text", ["a = 1", "[a]\nStandard = { colour = 1 }", "["])
def test_broken_price_table_names_the_file(text: str, tmp_path: Path) -> None:
    """A table of prices that cannot be used is an error with its path."""
    path = tmp_path / "prices.toml"
    path.write_text(text)

    with pytest.raises(ModelFactsError, match=r"prices\.toml"):
        read_price_table(path)
