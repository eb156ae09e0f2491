"""Settings are read from the environment, once, and a wrong one names itself."""

import pkgutil
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

import shared.settings
from shared.errors import SettingError
from shared.settings import Settings, settings
from shared.settings.table import setting_errors

REQUIRED = {
    "AZURE_OPENAI_ENDPOINT": "https://my.openai.azure.com/",
    "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
    "AZURE_RESOURCE_GROUP": "group",
    "AZURE_OPENAI_ACCOUNT": "account",
    "BASE_DEPLOYMENT": "gpt-4.1-mini",
}
SECRET = "5ecret-0123456789"


def test_every_module_is_part_of_the_table() -> None:
    """A module of settings that is no base of `Settings` would be read by nobody."""
    modules = {module.name for module in pkgutil.iter_modules(shared.settings.__path__)}
    bases = {base.__module__.rpartition(".")[2] for base in Settings.__bases__}

    assert modules - {"readers", "setting", "table"} == bases


def test_what_is_required_is_enough() -> None:
    """With the required settings only, all others have their defaults, of the right type."""
    found = Settings.read(REQUIRED)

    assert found.endpoint == "https://my.openai.azure.com"
    assert found.idle_after == timedelta(days=15)
    assert (found.dry_run, found.client_keys, found.api_key) == (False, {}, None)
    assert found.base_model is None
    assert (found.deployment_sku, found.training_type) == ("Standard", "GlobalStandard")


@pytest.mark.parametrize("name", sorted(REQUIRED))
@pytest.mark.parametrize("text", [None, "", "  "])
def test_missing_setting_is_named_with_an_example(name: str, text: str | None) -> None:
    """A required setting that is missing or blank gives an error with its name and an example."""
    environment = {key: value for key, value in REQUIRED.items() if key != name}
    if text is not None:
        environment[name] = text

    with pytest.raises(SettingError) as caught:
        Settings.read(environment)

    assert caught.value.name == name
    assert f"{name} is not set" in str(caught.value)
    assert f"For example: {name}=" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("IDLE_AFTER", "15", "a number with s, m, h or d"),
        ("DRY_RUN", "perhaps", "true or false"),
        ("EVAL_PROMPTS", "0", "a whole number of at least 1"),
        ("ARM_ENDPOINT", "management.azure.com", "an http(s) address"),
        (
            "TRAINING_TYPE",
            "Cheap",
            "Standard or DataZoneStandard or GlobalStandard or Developer",
        ),
    ],
)
def test_wrong_setting_names_the_value_seen(name: str, text: str, wanted: str) -> None:
    """A wrong value gives an error with name, value, what is wanted, and an example."""
    with pytest.raises(SettingError) as caught:
        Settings.read(REQUIRED | {name: text})

    assert f"{name} is {text!r}; it must be {wanted}." in str(caught.value)
    assert f"For example: {name}=" in str(caught.value)


def test_wrong_secret_is_not_shown() -> None:
    """The error of a secret setting hides the value seen."""
    with pytest.raises(SettingError) as caught:
        Settings.read(REQUIRED | {"CLIENT_KEYS": SECRET})

    assert SECRET not in str(caught.value)
    assert "(hidden)" in str(caught.value)


def test_secrets_are_not_in_the_repr() -> None:
    """Settings that land in a log or a traceback show no key."""
    found = Settings.read(
        REQUIRED | {"AZURE_OPENAI_API_KEY": SECRET, "CLIENT_KEYS": f"web={SECRET}"}
    )

    assert (found.api_key, found.client_keys) == (SECRET, {"web": SECRET})
    assert SECRET not in repr(found)


def test_every_setting_has_its_own_name_and_an_explanation() -> None:
    """No two settings share a name, and each says what it is for."""
    names = [one.metadata["name"] for one in fields(Settings)]

    assert len(names) == len(set(names))
    assert all(one.metadata["about"].endswith(".") for one in fields(Settings))


def test_every_example_is_a_good_value() -> None:
    """The examples in error messages are accepted."""
    examples = {
        one.metadata["name"]: one.metadata["example"]
        for one in fields(Settings)
        if one.metadata["example"] not in ("", "None")
    }

    assert Settings.read(examples).base_deployment == "gpt-4.1-mini"


def test_every_example_is_valid() -> None:
    """Every example of the table can be read."""
    examples = {one.metadata["name"]: one.metadata["example"] for one in fields(Settings)}

    assert setting_errors(examples) == []


def test_all_missing_settings_are_named() -> None:
    """An empty environment names every setting that has no default."""
    assert {error.name for error in setting_errors({})} == REQUIRED.keys()


def test_model_facts_that_cannot_be_used_are_named_with_the_reason(tmp_path: Path) -> None:
    """An invalid file of model facts is found at start, not in the middle of a run."""
    path = tmp_path / "facts.toml"
    path.write_text('default = "mine')

    def message(facts: Path) -> str:
        errors = setting_errors({"MODEL_FACTS": str(facts)})
        return next(str(error) for error in errors if error.name == "MODEL_FACTS")

    missing, broken = message(tmp_path / "none.toml"), message(path)

    assert "No such file" in missing
    assert "Illegal character" in broken or "Unterminated" in broken or "line 1" in broken
    assert str(path) in broken


def test_invalid_secret_is_named_but_not_shown() -> None:
    """An error shows the value seen, unless the setting is secret."""
    found = {f.name: str(f) for f in setting_errors({"POLL_MAX": "soon", "CLIENT_KEYS": "s3cret"})}

    assert found.keys() == REQUIRED.keys() | {"POLL_MAX", "CLIENT_KEYS"}
    assert "'soon'" in found["POLL_MAX"]
    assert "s3cret" not in found["CLIENT_KEYS"]


def test_process_reads_its_settings_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of the environment does not change a running process."""
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    before = settings()
    monkeypatch.setenv("IDLE_AFTER", "1d")

    after = settings()

    assert after is before
    settings.cache_clear()
