"""HTTP functions with FastAPI types, one for each thing that can happen to a request."""

import asyncio
import logging
from collections.abc import AsyncIterator

import azure.functions as func
from azurefunctions.extensions.http.fastapi import (
    JSONResponse,
    Request,
    Response,
    StreamingResponse,
)
from fastapi import HTTPException
from pydantic import BaseModel

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


class Answer(BaseModel):
    """A pydantic result."""

    ok: bool


@app.route(route="see/{name}/{id:int?}", methods=["GET", "POST"])
async def see(req: Request, context: func.Context) -> Response:
    """What the function sees of its request."""
    return JSONResponse(
        {
            "path_params": dict(req.path_params),
            "query": req.query_params.multi_items(),
            "headers": dict(req.headers),
            "url": str(req.url),
            "path": req.url.path,
            "client": req.client.host,
            "body": (await req.body()).decode(),
            "invocation": context.invocation_id,
            "function": context.function_name,
        }
    )


@app.route(route="for_key_holders", auth_level=func.AuthLevel.FUNCTION)
async def for_key_holders(req: Request) -> Response:
    """Needs a function key."""
    return JSONResponse({})


@app.route(route="for_admins", auth_level=func.AuthLevel.ADMIN)
async def for_admins(req: Request) -> Response:
    """Needs the master key."""
    return JSONResponse({})


@app.route(route="files/{*path}", methods=["GET"])
async def files(req: Request) -> dict:  # type: ignore[type-arg]
    """A catch-all route."""
    return dict(req.path_params)


@app.route(route="files/known", methods=["GET"])
async def known_file(req: Request) -> str:
    """More specific than the catch-all."""
    return "known"


@app.route()
async def by_name(req: Request) -> Answer:
    """A route by the function's name, any method, a pydantic answer."""
    return Answer(ok=True)


@app.route()
async def switched_off(req: Request) -> str:
    """Is disabled by a setting."""
    return "never"


@app.route(route="raises")
async def raises(req: Request) -> Response:
    """Raises."""
    raise ValueError("secret detail code=abc123")


@app.route(route="http_exception")
async def http_exception(req: Request) -> Response:
    """Raises what FastAPI answers."""
    raise HTTPException(418, "short and stout", headers={"x-tea": "yes"})


@app.route(route="nothing")
async def nothing(req: Request):  # type: ignore[no-untyped-def]
    """Returns None."""


@app.route(route="sync", methods=["GET"])
def sync(req: Request) -> Response:
    """Runs in the thread pool."""
    return JSONResponse({"name": req.query_params["name"]})


@app.route(route="size", methods=["POST"])
async def size(req: Request) -> dict:  # type: ignore[type-arg]
    """Counts a body without keeping it."""
    total = 0
    async for piece in req.stream():
        total += len(piece)
    return {"bytes": total}


@app.route(route="stream", methods=["GET"])
async def stream(req: Request) -> StreamingResponse:
    """Counts for ever, ten times a second."""

    async def numbers() -> AsyncIterator[str]:
        count = 0
        try:
            while True:
                yield f"data: {count}\n\n"
                count += 1
                await asyncio.sleep(0.1)
        except asyncio.CancelledError:
            logging.getLogger("app").info("stream cancelled")
            raise

    return StreamingResponse(numbers(), media_type="text/event-stream")


@app.route(route="breaks", methods=["GET"])
async def breaks(req: Request) -> StreamingResponse:
    """A stream that raises in the middle."""

    async def one() -> AsyncIterator[str]:
        yield "data: 0\n\n"
        raise RuntimeError("in the middle")

    return StreamingResponse(one(), media_type="text/event-stream")
