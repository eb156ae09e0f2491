"""Handlers of the deployment routes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.azure.clock import isoformat
from local.azure.models.catalogue import CATALOGUE
from local.azure.models.offer import offer_model
from local.azure.routing import json_object
from local.azure.settings import Settings

from .errors import account_not_found, cannot_pause
from .request import check_name, read_deployment_request, read_sku, read_tags
from .state import Deployments

PAUSABLE = {"Standard", "DataZoneStandard", "GlobalStandard"}
# azure-core polls after this time; `Retry-After` knows no less than a second
POLL_AFTER = {"x-ms-retry-after-ms": "200"}


class DeploymentHandlers:
    """Account, its models, put, get, list, patch, delete, pause, resume, operations, usages."""

    def __init__(self, deployments: Deployments, settings: Settings) -> None:
        self._deployments, self._settings = deployments, settings

    async def account(self, request: Request) -> Response:
        """The account itself: what its readers need of it."""
        account = self._account(request)
        body = {
            "id": account,
            "name": request.path_params["account"],
            "type": "Microsoft.CognitiveServices/accounts",
            "location": self._settings.location,
            "kind": "AIServices",
            "sku": {"name": "S0"},
            "properties": {
                "provisioningState": "Succeeded",
                "endpoint": str(request.base_url),
                "publicNetworkAccess": "Enabled",
            },
        }
        return JSONResponse(body)

    async def models(self, request: Request) -> Response:
        """The models that the account offers, with SKUs, capacities, quotas and dates."""
        self._account(request)
        location = self._settings.location
        return JSONResponse({"value": [offer_model(one, location) for one in CATALOGUE.values()]})

    async def put(self, request: Request) -> Response:
        """Creates (201) or changes (200) a deployment."""
        account, name = self._account(request), request.path_params["deployment"]
        check_name(name)
        wanted = read_deployment_request(await json_object(request))
        deployment, operation = self._deployments.put(name, wanted, account)
        body = deployment.to_json(account)
        if operation is None:
            return JSONResponse(body)
        # The first answer says Creating, however fast the creation is.
        body["properties"]["provisioningState"] = "Creating"
        return JSONResponse(body, 201, headers=self._watch(request, operation))

    async def get(self, request: Request) -> Response:
        """One deployment."""
        account = self._account(request)
        deployment = self._deployments.get(request.path_params["deployment"], count_read=True)
        return JSONResponse(deployment.to_json(account))

    async def index(self, request: Request) -> Response:
        """All deployments of the account."""
        account = self._account(request)
        return JSONResponse({"value": [one.to_json(account) for one in self._deployments.every()]})

    async def patch(self, request: Request) -> Response:
        """Changes SKU, capacity and tags."""
        account, body = self._account(request), await json_object(request)
        sku = read_sku(body["sku"]) if body.get("sku") else None
        name = request.path_params["deployment"]
        tags = read_tags(body["tags"]) if "tags" in body else None
        deployment = self._deployments.patch(name, account, sku, tags)
        return JSONResponse(deployment.to_json(account))

    async def delete(self, request: Request) -> Response:
        """Begins a deletion (202); 204 if there is nothing to delete."""
        account = self._account(request)
        operation = self._deployments.delete(request.path_params["deployment"], account)
        if operation is None:
            return Response(status_code=204)
        return Response(status_code=202, headers=self._watch(request, operation))

    async def pause(self, request: Request) -> Response:
        """Pauses a deployment; chats get 423 meanwhile."""
        return self._pause(request, paused=True)

    async def resume(self, request: Request) -> Response:
        """Lets a paused deployment serve again."""
        return self._pause(request, paused=False)

    async def operation(self, request: Request) -> Response:
        """How far a creation or deletion is."""
        row = self._deployments.operation(request.path_params["operation"])
        body: dict[str, Any] = {
            "id": request.url.path,
            "name": row["id"],
            "status": row["status"],
            "startTime": isoformat(row["started_at"]),
        }
        if row["ended_at"]:
            body["endTime"] = isoformat(row["ended_at"])
        running = row["status"] == "Running"
        return JSONResponse(body, headers=POLL_AFTER if running else None)

    async def usages(self, request: Request) -> Response:
        """The quota of the region and what is used of it; nothing is used of another region's."""
        here = request.path_params["location"].lower() == self._settings.location.lower()
        used = self._deployments.rules.usages(self._deployments.every() if here else [])
        limit = self._settings.quota
        value = [
            {
                "name": {"value": name, "localizedValue": name},
                "currentValue": float(count),
                "limit": float(limit),
                "unit": "Count",
                "status": "Included",
            }
            for name, count in sorted(used.items())
        ]
        return JSONResponse({"value": value})

    def _pause(self, request: Request, *, paused: bool) -> Response:
        account = self._account(request)
        name = request.path_params["deployment"]
        sku = self._deployments.get(name).sku
        if sku not in PAUSABLE:
            raise cannot_pause(sku)
        paused_one = self._deployments.pause(name, account, paused=paused)
        return JSONResponse(paused_one.to_json(account))

    def _account(self, request: Request) -> str:
        parts = request.path_params
        account = (
            f"/subscriptions/{parts['subscription']}/resourceGroups/{parts['group']}"
            f"/providers/Microsoft.CognitiveServices/accounts/{parts['account']}"
        )
        only = self._settings.account
        if only and only.lower() != account.lower():
            raise account_not_found(account)
        return account

    def _watch(self, request: Request, operation: str) -> dict[str, str]:
        url = (
            f"{str(request.base_url).rstrip('/')}/subscriptions/"
            f"{request.path_params['subscription']}/providers/Microsoft.CognitiveServices/"
            f"locations/{self._settings.location}/operationResults/{operation}"
            f"?api-version={request.query_params['api-version']}"
        )
        return {"Azure-AsyncOperation": url, "Location": url, **POLL_AFTER}
