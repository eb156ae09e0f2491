"""The example in local/functions_host/README.md does what the page says."""

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.local.functions_host.running import host, until

pytestmark = pytest.mark.services

PAGE = Path(__file__).parents[2] / "local" / "functions_host" / "README.md"


def test_the_example_of_the_page(tmp_path: Path) -> None:
    """The app as it stands there waits a day of virtual time, then greets."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found
    (tmp_path / "function_app.py").write_text(found[1])
    (tmp_path / "host.json").write_text('{"version": "2.0"}')

    with host(tmp_path, tmp_path / "state", "--clock", "virtual") as running:
        links = httpx.post(f"{running.url}/api/start/Ada").json()
        status = links["statusQueryGetUri"]
        until(lambda: httpx.get(status).status_code == 200)
        ended = httpx.get(status).json()

    assert ended["output"] == "Hello Ada!", json.dumps(ended)
