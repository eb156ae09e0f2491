"""The running app held against its own OpenAPI document by Schemathesis."""

import subprocess
import sys
from pathlib import Path

from shared.registry.state import Phase
from tests.api.conftest import BEARER, MASTER_KEY, Here

EXAMPLES = 10  # of each endpoint in the fuzzing phase
SEED = "1127"
PATIENCE = "60"
# The Functions host answers 404 to a method that a route does not know, on a laptop as in Azure.
NOT_OURS = "unsupported_method"
# The worker's own server takes no path with a line break; its bare 404 comes before any function.
HOOKS = """
import schemathesis


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    path = str(path_parameters)
    return not any(mark in path for mark in (r"\\n", "%0A"))
"""
#: Deleting a model wants its name once more, which no schema says.
UNCONFIRMED = """
[[operations]]
include-name = "DELETE /models/{name}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404", "409"]
"""
#: A model that is asleep is 503 by design, one that answers has rules of its own for messages
#: (400), and other tests leave some of both behind.
ASLEEP = "".join(
    f"""
[[operations]]
include-name = "{name}"
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "503"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "4xx", "503"]
"""
    for name in ("POST /v1/chat/completions", "GET /v1/models/{id}")
)


def test_no_request_breaks_what_the_document_says(here: Here, tmp_path: Path) -> None:
    """Requests of every kind, right and wrong, get the answers that the document names."""
    here.seed("schema-0123456789", active=True, phase=Phase.TRAINING)
    (tmp_path / "schemathesis.toml").write_text('hooks = "hooks.py"\n' + ASLEEP + UNCONFIRMED)
    (tmp_path / "hooks.py").write_text(HOOKS)
    command = [str(Path(sys.executable).with_name("schemathesis")), "run"]
    command += [f"{here.place.stack.url}/api/openapi.json", "--phases", "coverage,fuzzing"]
    command += ["--max-examples", str(EXAMPLES), "--seed", SEED, "--request-timeout", PATIENCE]
    command += ["--exclude-checks", NOT_OURS, "--warnings", "off", "--no-color"]
    for name, value in {**MASTER_KEY, "Authorization": BEARER["authorization"]}.items():
        command += ["--header", f"{name}: {value}"]

    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout + found.stderr
