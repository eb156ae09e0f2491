"""Handlers of the models routes."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .state import Models


class ModelHandlers:
    """List and get."""

    def __init__(self, models: Models) -> None:
        self._models = models

    async def index(self, _: Request) -> Response:
        """Every base and tuned model."""
        return JSONResponse({"object": "list", "data": self._models.every()})

    async def get(self, request: Request) -> Response:
        """One model."""
        return JSONResponse(self._models.get(request.path_params["model"]))
