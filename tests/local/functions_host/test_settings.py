"""Settings and host.json: order, defaults, and what is refused with which words."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from local.functions_host import host_json, settings
from local.functions_host.errors import StartError


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without the app's settings, restored afterwards."""
    for name in ("AzureWebJobsStorage", "COLOUR", "SIZE", "FUNCTIONS_WORKER_RUNTIME"):
        monkeypatch.setenv(name, "x")  # remembered, so that what `apply` writes is undone
        monkeypatch.delenv(name)
    for name in ("AzureWebJobsScriptRoot", "FUNCTIONS_EXTENSION_VERSION"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", "Tests")
    return monkeypatch


def _file(folder: Path, **values: object) -> Path:
    path = folder / "local.settings.json"
    path.write_text(json.dumps({"IsEncrypted": False, "Values": values}))
    return path


def test_order(tmp_path: Path, environment: pytest.MonkeyPatch) -> None:
    """The command line beats --storage, that the environment, that the file."""
    _file(tmp_path, COLOUR="file", SHAPE="file", SIZE="file", AzureWebJobsStorage="file")
    environment.setenv("COLOUR", "environment")
    environment.setenv("SHAPE", "environment")

    settings.apply(tmp_path, {"COLOUR": "chosen"}, "UseDevelopmentStorage=true")

    assert (os.environ["COLOUR"], os.environ["SHAPE"], os.environ["SIZE"]) == (
        "chosen",
        "environment",
        "file",
    )
    assert settings.connection_string(None) == "UseDevelopmentStorage=true"
    assert os.environ["FUNCTIONS_WORKER_RUNTIME"] == "python"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not a settings file"),
        ("[]", "is not a settings file"),
        ('{"IsEncrypted": true, "Values": {}}', "is encrypted"),
        ('{"Values": {"COLOUR": 1}}', "the value of COLOUR must be a text"),
        ('{"Values": {"FUNCTIONS_WORKER_RUNTIME": "node"}}', "FUNCTIONS_WORKER_RUNTIME is 'node'"),
    ],
)
def test_refused_files(tmp_path: Path, content: str, words: str) -> None:
    """A settings file that the real host would stumble over is refused with the reason."""
    (tmp_path / "local.settings.json").write_text(content)

    with pytest.raises(StartError, match=words):
        settings.apply(tmp_path, {}, None)


def test_the_file_need_not_exist(tmp_path: Path, environment: pytest.MonkeyPatch) -> None:
    """Without local.settings.json there are the environment's settings, and the host's defaults."""
    settings.apply(tmp_path, {}, None)

    assert os.environ["FUNCTIONS_WORKER_RUNTIME"] == "python"


def test_resolve(environment: pytest.MonkeyPatch) -> None:
    """Names between percent signs are settings; one that is not set is refused by name."""
    environment.setenv("COLOUR", "red")

    assert settings.resolve("a/%COLOUR%/{name}") == "a/red/{name}"
    with pytest.raises(StartError, match="names the setting SHADE, which is not set"):
        settings.resolve("%SHADE%")


def test_connection(environment: pytest.MonkeyPatch) -> None:
    """A connection may leave out the prefix AzureWebJobs; without one the next step is named."""
    environment.setenv("AzureWebJobsOther", "text")

    assert settings.connection_string("Other") == "text"
    with pytest.raises(StartError, match="--storage CONNECTION"):
        settings.connection_string(None)


def test_host_id(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The id is the same on every start, differs between folders, and can be set."""
    one, other = (settings.host_id(tmp_path / name) for name in ("a", "b"))

    assert one == settings.host_id(tmp_path / "a")
    assert one != other
    assert len(one) <= 32
    environment.setenv("AzureFunctionsWebHost__hostId", "MyHost")
    assert settings.host_id(tmp_path) == "myhost"


def test_number(environment: pytest.MonkeyPatch) -> None:
    """A number has a default; what is no number is refused with the value seen."""
    assert settings.number("SIZE", 5) == 5
    environment.setenv("SIZE", "7")
    assert settings.number("SIZE", 5) == 7
    environment.setenv("SIZE", "7 MB")
    with pytest.raises(StartError, match="SIZE is '7 MB'; it must be a whole number such as 5"):
        settings.number("SIZE", 5)


def _host_json(folder: Path, content: object) -> host_json.HostJson:
    (folder / "host.json").write_text(json.dumps(content))
    return host_json.read(folder)


def test_host_json_defaults(tmp_path: Path) -> None:
    """The least host.json gives the real host's defaults."""
    config = _host_json(tmp_path, {"version": "2.0"})

    cores = os.cpu_count() or 1
    assert config.route_prefix == "api"
    assert config.timeout == timedelta(minutes=30)
    assert (config.poison_threshold, config.blob_parallelism) == (5, 8 * cores)
    assert (config.max_activities, config.max_orchestrators) == (10 * cores, 10 * cores)
    assert config.ignored == ()


def test_host_json(tmp_path: Path, environment: pytest.MonkeyPatch) -> None:
    """What is followed is read; what is not is named by its branch."""
    environment.setenv("HUB", "MyHub")
    durable = {"hubName": "%HUB%", "maxConcurrentActivityFunctions": 3, "tracing": {"a": 1}}
    config = _host_json(
        tmp_path,
        {
            "version": "2.0",
            "functionTimeout": "1.02:03:04",
            "logging": {"logLevel": {"default": "Information"}},
            "extensionBundle": {"id": "x", "version": "[4.*, 5.0.0)"},
            "extensions": {
                "http": {"routePrefix": "", "maxOutstandingRequests": 5},
                "blobs": {"poisonBlobThreshold": 2},
                "durableTask": durable,
            },
        },
    )

    assert config.route_prefix == ""
    assert config.timeout == timedelta(days=1, hours=2, minutes=3, seconds=4)
    assert (config.hub, config.max_activities, config.poison_threshold) == ("MyHub", 3, 2)
    assert config.ignored == (
        "logging",
        "extensions.http.maxOutstandingRequests",
        "extensions.durableTask.tracing",
    )


def test_host_json_without_limit(tmp_path: Path) -> None:
    """A functionTimeout of -1 is none."""
    assert _host_json(tmp_path, {"version": "2.0", "functionTimeout": "-1"}).timeout is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, 'version is None; it must be "2.0"'),
        ([], "version is None"),
        ({"version": "2.0", "functionTimeout": "5m"}, "functionTimeout is '5m'"),
        (
            {"version": "2.0", "extensions": {"blobs": {"poisonBlobThreshold": 0}}},
            "poisonBlobThreshold is 0",
        ),
    ],
)
def test_host_json_refused(tmp_path: Path, content: object, words: str) -> None:
    """A wrong value is refused with its name and what was seen."""
    with pytest.raises(StartError, match=words):
        _host_json(tmp_path, content)


def test_host_json_missing(tmp_path: Path) -> None:
    """Without host.json there is no app, and the least one is shown."""
    with pytest.raises(StartError, match=r'the least is \{"version": "2.0"\}'):
        host_json.read(tmp_path)
