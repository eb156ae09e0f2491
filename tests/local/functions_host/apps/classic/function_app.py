"""HTTP functions with azure.functions types, under another prefix."""

import json

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="echo/{name}", methods=["GET", "POST"])
def echo(req: func.HttpRequest) -> func.HttpResponse:
    """What the function sees of its request."""
    seen = {
        "method": req.method,
        "url": req.url,
        "params": dict(req.params),
        "route": dict(req.route_params),
        "header": req.headers.get("X-Colour"),
        "body": req.get_body().decode(),
    }
    headers = {"X-Answer": "yes"}
    return func.HttpResponse(
        json.dumps(seen), status_code=201, mimetype="application/json", headers=headers
    )


@app.route(route="text")
async def text(req: func.HttpRequest) -> str:
    """Returns a text."""
    return "plain"


@app.route(route="cookies")
def cookies(req: func.HttpRequest) -> func.HttpResponse:
    """Sets two cookies."""
    response = func.HttpResponse("ok")
    response.headers.add("Set-Cookie", "a=1; Path=/")
    response.headers.add("Set-Cookie", "b=2; HttpOnly")
    return response


@app.route(route="raises")
def raises(req: func.HttpRequest) -> func.HttpResponse:
    """Raises."""
    raise ValueError("secret detail")


@app.route(route="nothing")
def nothing(req: func.HttpRequest):  # type: ignore[no-untyped-def]
    """Returns None."""
