"""The command."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.validation.cli import main
from tests import dataset
from tests.shared.validation.rows import GRADER, PLAIN, chat, graded_row, lines, say


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file without a fault."""
    path = tmp_path / "good.jsonl"
    path.write_bytes(PLAIN)
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A file with some faults."""
    path = tmp_path / "bad.jsonl"
    misspelt = lines(chat(say("User", "x"), say("assistant", "y")))
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN + b"\n" + misspelt + b"oops")
    return path


@pytest.mark.services
def test_module_runs_as_a_command(tmp_path: Path) -> None:
    """Ten good rows are accepted with exit code 0, in a process of its own, without colour."""
    command = [sys.executable, "-m", "shared.validation", str(dataset.write(tmp_path))]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "would be accepted" in done.stdout
    assert "10 examples" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_refused_file_names_rule_line_and_next_step(
    bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Faults are grouped by rule with their places, and the exit code is 1."""
    code = main([str(bad)])

    text = capsys.readouterr().out
    assert code == 1
    assert "would be refused" in text
    assert "error role-spelling\n  line 62, example 61, $.messages[0].role" in text
    assert "  -> Fix the spelling" in text


def test_json_is_one_object(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints one object with everything that is documented."""
    code = main([str(bad), "--json"])

    found = json.loads(capsys.readouterr().out)
    assert code == 1
    assert found["ok"] is False
    assert found["file"]["examples"] == 62
    assert found["file"]["lines"] == 63
    assert found["counts"]["error"] == 2
    assert {"method", "model", "tokens", "cost", "duplicates", "seconds"} <= set(found)
    assert {"rule", "level", "line", "example", "path", "value", "message", "hint", "basis"} <= set(
        found["findings"][0]
    )


def test_strict_refuses_warnings(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A blank line is accepted without and refused with `--strict`."""
    good.write_bytes(PLAIN + b"\n")

    assert main([str(good)]) == 0
    assert main([str(good), "--strict"]) == 1
    assert "would be refused" in capsys.readouterr().out


def test_fix_changes_a_copy(bad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Safe fixes are applied to the copy and listed; the input is not changed."""
    before, copy = bad.read_bytes(), tmp_path / "fixed.jsonl"

    main([str(bad), "--fix", str(copy)])

    text = capsys.readouterr().out
    assert bad.read_bytes() == before
    assert copy.read_bytes() == PLAIN + lines(
        chat(say("user", "x"), say("assistant", "y")), b"oops"
    )
    assert "line 62: role spelling corrected to 'user'" in text
    assert "byte order mark removed" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.jsonl", "fixed.jsonl"]


@pytest.mark.parametrize(
    "options",
    [
        ["--fix", "{bad}"],
        ["--html", "{bad}"],
        ["--html", "{folder}/../{name}/bad.jsonl"],
        ["--html", "{folder}/link.jsonl"],
        ["--validation", "{good}", "--html", "{good}"],
        ["--validation", "{good}", "--fix", "{good}"],
        ["--grader", "{good}", "--fix", "{good}"],
        ["--fix", "{folder}/new", "--html", "{folder}/new"],
    ],
)
def test_no_file_of_the_command_is_overwritten(
    options: list[str], bad: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A target that is an input, or the other target, is wrong use."""
    folder = bad.parent
    (folder / "link.jsonl").symlink_to(bad)
    before = bad.read_bytes(), good.read_bytes()
    names = {"bad": bad, "good": good, "folder": folder, "name": folder.name}

    code = main([str(bad), *(option.format(**names) for option in options)])

    assert code == 2
    assert (bad.read_bytes(), good.read_bytes()) == before
    assert "Give another path" in capsys.readouterr().err


@pytest.mark.services
def test_lone_surrogate_can_be_printed(tmp_path: Path) -> None:
    """Lone surrogates, and letters that a terminal lacks, are written as escapes."""
    path, page = tmp_path / "half.jsonl", tmp_path / "half.html"
    half = json.dumps(chat(say("Benutzer é", "\ud800"), say("assistant", "y"), **{"\ud801": 1}))
    path.write_bytes(PLAIN + half.encode() + b"\n")
    command = [sys.executable, "-m", "shared.validation", str(path), "--html", str(page)]

    for encoding, more in (("utf-8", ["--json"]), ("ascii", [])):
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        done = subprocess.run([*command, *more], check=False, env=environment, capture_output=True)
        assert (done.returncode, done.stderr) == (1, b"")
        assert b"characters" in done.stdout
    assert "characters" in page.read_text(encoding="utf-8")


@pytest.mark.services
def test_ctrl_c_is_no_traceback(tmp_path: Path) -> None:
    """Ctrl-C ends the command with one line on stderr, and leaves no partial copy."""
    source, copy = tmp_path / "endless.jsonl", tmp_path / "copy.jsonl"
    os.mkfifo(source)
    # Children of a background job ignore Ctrl-C, and so would the command.
    heeding = (
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "runpy.run_module('shared.validation', run_name='__main__', alter_sys=True)"
    )
    command = [sys.executable, "-c", heeding, str(source), "--fix", str(copy)]

    with subprocess.Popen(command, stderr=subprocess.PIPE) as process, source.open("wb") as pipe:
        # Once it has read something it is certain to be inside.
        pipe.write(PLAIN * 40)
        pipe.flush()
        process.send_signal(signal.SIGINT)
        # A read that had begun to wait before the signal came waits on.
        pipe.close()
        _, error = process.communicate(timeout=60)

    assert process.returncode == 130
    assert error.count(b"\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["endless.jsonl"]


def test_html_is_written(bad: Path, tmp_path: Path) -> None:
    """`--html` writes the page."""
    page = tmp_path / "report.html"

    main([str(bad), "--html", str(page)])

    assert "role-spelling" in page.read_text(encoding="utf-8")


def test_grader_and_validation_file_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its grader and validation file an RFT dataset is accepted."""
    names = ("train.jsonl", "valid.jsonl", "grader.json")
    train, valid, grader = (tmp_path / name for name in names)
    train.write_bytes(lines(*(graded_row(number) for number in range(60))))
    valid.write_bytes(lines(*(graded_row(number) for number in range(100, 160))))
    grader.write_text(json.dumps(GRADER))
    options = ["--model", "o4-mini-2025-04-16", "--grader", str(grader), "--epochs", "2"]

    code = main([str(train), "--validation", str(valid), *options])

    assert code == 0
    assert "2 epochs" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["nowhere.jsonl"], ["."], ["{good}", "--grader", "{good}"], ["{good}", "--html", "no/where"]],
)
def test_what_cannot_be_used_is_exit_code_2(
    arguments: list[str], good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unreadable file, folder, grader or target gives one line with the next step."""
    code = main([argument.format(good=good) for argument in arguments])

    error = capsys.readouterr().err
    assert code == 2
    assert error.count("\n") == 1
    assert "Give" in error


@pytest.mark.parametrize("options", [["--max-findings", "0"], ["--epochs", "x"], ["--nope"], []])
def test_wrong_use_is_exit_code_2(
    options: list[str], good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong options end with the usage."""
    with pytest.raises(SystemExit) as stop:
        main([*([str(good)] if options else []), *options])

    assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.services
def test_colour_on_a_terminal_only(bad: Path) -> None:
    """On a terminal the verdict is coloured, and NO_COLOR switches that off."""
    plain = _on_a_terminal(bad, {"NO_COLOR": "1"})
    coloured = _on_a_terminal(bad, {})

    assert b"\x1b[31mwould be refused" in coloured
    assert b"\x1b" not in plain


def _on_a_terminal(path: Path, more: dict[str, str]) -> bytes:
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    command = [sys.executable, "-m", "shared.validation", str(path)]
    with subprocess.Popen(command, stdout=theirs, env={**environment, **more}) as process:
        os.close(theirs)
        output = b""
        # The end of a terminal's output is an error on Linux.
        while piece := _read(ours):
            output += piece
        process.wait()
    os.close(ours)
    return output


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def test_wrong_idle_time_names_the_value_and_its_form(
    good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting that is no duration ends the command with the value seen and an example."""
    monkeypatch.setenv("IDLE_AFTER", "soon")

    with pytest.raises(SystemExit) as caught:
        main([str(good)])

    assert caught.value.code == 2
    assert "'soon' (from the option, or IDLE_AFTER) is not a duration" in capsys.readouterr().err
