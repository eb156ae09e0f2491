"""A user's file of model facts in which every price is known."""

from pathlib import Path

import pytest

ALL_KNOWN = """
default = "mine-1"
[sources]
prices = { url = "https://example.org/prices", date = "2026-01-02" }
contract = { url = "https://example.org/contract", date = "2026-03-04" }
[[model]]
id = "mine-1"
name = "mine"
methods = ["sft"]
format = "Own"
vocabulary = "o200k_base"
[model.price]
source = "contract"
GlobalStandard = { training = 4.0, input = 1.0, output = 3.0, hosting_hour = 2.0 }
DataZoneStandard = { training = 4.4, input = 1.1, output = 3.3, hosting_hour = 2.0 }
Developer = { training = 2.0, input = 1.0, output = 3.0, hosting_hour = 0.0 }
[model.price.Standard]
westus3 = { training = 5.0, input = 1.2, output = 3.6, hosting_hour = 2.0 }
swedencentral = { training = 6.0, input = 1.5, output = 4.0, hosting_hour = 2.0 }
[[model]]
id = "thinker"
name = "thinker"
methods = ["rft"]
format = "Own"
vocabulary = "o200k_base"
price = { GlobalStandard = { training_hour = 100.0, hosting_hour = 2.0 } }
"""


def known_prices(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app read prices from such a file in `folder`."""
    path = folder / "facts.toml"
    path.write_text(ALL_KNOWN)
    monkeypatch.setenv("MODEL_FACTS", str(path))
