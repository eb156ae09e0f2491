"""Health: whether the app is set up."""

from collections.abc import Mapping

from fastapi import Response

from api import VERSION
from api.responses import body
from api.schemas import Health, SettingFault
from shared.settings.faults import faults


def health(environment: Mapping[str, str]) -> Response:
    """200 if every setting can be read, else 503 with those that cannot, by name."""
    found = [SettingFault(setting=one.name, message=str(one)) for one in faults(environment)]
    answer = Health(ok=not found, version=VERSION, faults=found)
    return body(answer, status=503 if found else 200)
