"""The App Service token endpoint (api-version 2019-08-01) that azure-identity asks."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .errors import bad_request
from .state import Tokens

API_VERSION = "2019-08-01"


class IdentityHandlers:
    """Answers `GET /msi/token`."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def token(self, request: Request) -> Response:
        """A token for `resource`; any identity header does, but there must be one."""
        query = request.query_params
        if query.get("api-version") != API_VERSION:
            seen = query.get("api-version")
            raise bad_request(f"api-version {seen!r} is not supported; use {API_VERSION}")
        if not request.headers.get("x-identity-header"):
            raise bad_request("The header X-IDENTITY-HEADER is missing; any value is accepted")
        resource = query.get("resource", "")
        if not resource.startswith("https://"):
            raise bad_request(f"resource {resource!r}: give one such as https://ai.azure.com")
        token, expires = self._tokens.issue(resource)
        return JSONResponse(
            {
                "access_token": token,
                "client_id": "00000000-0000-0000-0000-00000000e301",
                "expires_on": str(expires),
                "resource": resource,
                "token_type": "Bearer",
            }
        )
