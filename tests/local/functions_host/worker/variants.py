"""Small apps that differ in one thing each, and what the Python worker says of them.

`refusal` holds the words of Microsoft's library for Python 3.13, or their beginning; None = it
loads, with these functions.
"""

from dataclasses import dataclass, field
from textwrap import dedent

HEAD = """
import azure.durable_functions as df
import azure.functions as func

app = df.DFApp()
"""
FASTAPI = "from azurefunctions.extensions.http.fastapi import *\n" + HEAD
INIT_INDEXING = {"PYTHON_ENABLE_INIT_INDEXING": "1"}


@dataclass(frozen=True)
class Variant:
    """An app, its settings, and what becomes of it."""

    name: str
    source: str
    refusal: str | None = None
    functions: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=lambda: dict(INIT_INDEXING))


def _app(head: str, body: str) -> str:
    return head + dedent(body)


def _fast(returns: str) -> str:
    return _app(
        FASTAPI,
        f"""
        @app.route(route="fast")
        async def fast(req: Request){returns}:
            return JSONResponse({{"ok": True}})
        """,
    )


def _activity(parameters: str, head: str = HEAD) -> str:
    return _app(
        head,
        f"""
        @app.activity_trigger(input_name="p")
        def a({parameters}):
            return p
        """,
    )


_CLASSIC = """
@app.route(route="classic")
async def classic(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("hello")
"""
_NO_CLASSIC = (
    "FunctionLoadError: cannot load the classic function: binding type \"'req'\" and dataType "
    '"httpTrigger" in the binding decorator do not match the corresponding function parameter\'s '
    "Python type annotation HttpRequest"
)
_NO_REQUEST = (
    "FunctionLoadError: cannot load the fast function: binding type \"'req'\" and dataType "
    '"httpTrigger" in the binding decorator do not match the corresponding function parameter\'s '
    "Python type annotation Request"
)
_RETURN = "FunctionLoadError: cannot load the fast function: has invalid non-type return annotation"
_MATCH = "FunctionLoadError: cannot load the fast function: Python return annotation"

VARIANTS = [
    Variant("classic_only", HEAD + _CLASSIC, functions=("classic",), settings={}),
    Variant(
        "classic_only_but_extension_imported",
        "import azurefunctions.extensions.http.fastapi\n" + HEAD + _CLASSIC,
        _NO_CLASSIC,
    ),
    Variant("mixed", _fast("") + _CLASSIC, _NO_CLASSIC),
    Variant(
        "mixed_classic_unannotated",
        _fast("") + '\n@app.route(route="c")\ndef c(req):\n    return func.HttpResponse("c")\n',
        functions=("c", "fast"),
    ),
    Variant(
        "fastapi_without_setting",
        _fast(""),
        functions=("fast",),
        settings={},
    ),
    Variant(
        "fastapi_setting_0",
        _fast(""),
        functions=("fast",),
        settings={"PYTHON_ENABLE_INIT_INDEXING": "0"},
    ),
    Variant(
        "plain_fastapi_import_only",
        "from fastapi import Request\nfrom fastapi.responses import JSONResponse\n"
        + _fast("").replace("from azurefunctions.extensions.http.fastapi import *\n", ""),
        _NO_REQUEST,
    ),
    Variant(
        "extension_imported_but_plain_fastapi_annotation",
        _fast("").replace("import *\n", "import *\nfrom fastapi import Request\n"),
        functions=("fast",),
    ),
    Variant(
        "starlette_annotation",
        _fast("").replace("import *\n", "import *\nfrom starlette.requests import Request\n"),
        functions=("fast",),
    ),
    Variant(
        "union_return",
        _fast(" -> JSONResponse | StreamingResponse"),
        f"{_RETURN} starlette.responses.JSONResponse | starlette.responses.StreamingResponse",
    ),
    Variant(
        "optional_return",
        _fast(" -> Response | None"),
        f"{_RETURN} starlette.responses.Response | None",
    ),
    Variant("dict_generic_return", _fast(" -> dict[str, int]"), f"{_RETURN} dict[str, int]"),
    Variant(
        "none_return", _fast(" -> None"), f'{_MATCH} "NoneType" does not match binding type "http"'
    ),
    Variant(
        "wrong_return",
        _fast(" -> func.HttpResponse"),
        f'{_MATCH} "HttpResponse" does not match binding type "http"',
    ),
    Variant("dict_return", _fast(" -> dict"), functions=("fast",)),
    Variant(
        "future_annotations",
        "from __future__ import annotations\n"
        + _fast(" -> Response")
        + dedent(
            """
            import azurefunctions.extensions.bindings.blob as blob

            @app.blob_trigger(arg_name="d", path="c/{n}", connection="AzureWebJobsStorage")
            @app.durable_client_input(client_name="client")
            async def on_blob(d: blob.BlobClient, client: df.DurableOrchestrationClient) -> None:
                pass
            """
        ),
        functions=("fast", "on_blob"),
    ),
    Variant(
        "future_annotations_type_checking_only",
        "from __future__ import annotations\n"
        + _app(
            HEAD,
            """
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                import decimal

            @app.activity_trigger(input_name="p")
            def a(p: decimal.Decimal) -> str:
                return "x"
            """,
        ),
        "NameError: name 'decimal' is not defined",
    ),
    Variant(
        "http_blueprint",
        _fast("")
        + dedent(
            """
            bp = df.Blueprint()

            @bp.route(route="in_bp")
            async def in_bp(req: Request) -> Response:
                return JSONResponse({})

            app.register_functions(bp)
            """
        ).replace("bp = df", "_bp = bp = df"),
        functions=("fast", "in_bp"),
    ),
    Variant(
        "head_and_all_methods",
        _app(
            FASTAPI,
            """
            @app.route(route="m")
            async def m(req: Request) -> Response:
                return JSONResponse({"m": req.method})
            """,
        ),
        functions=("m",),
    ),
    Variant(
        "two_apps",
        _activity("p") + "\nother = df.DFApp()\n",
        "ValueError: More than one DFApp or other top level function app instances are defined.",
    ),
    Variant(
        "no_app",
        "x = 1\n",
        "ValueError: Could not find top level function app instances in function_app.py.",
    ),
    Variant(
        "client_param_missing",
        _app(
            HEAD,
            """
            @app.route(route="x")
            @app.generic_input_binding(arg_name="client", type="durableClient")
            async def x(req: func.HttpRequest) -> str:
                return "x"
            """,
        ),
        "FunctionLoadError: cannot load the x function: Extra parameters in binding definition — "
        "the following parameters are declared as bindings but are not present in Python: "
        "{'client'}",
    ),
    Variant(
        "sync_with_client",
        _app(
            FASTAPI,
            """
            @app.route(route="x")
            @app.durable_client_input(client_name="client")
            def x(req: Request, client: df.DurableOrchestrationClient) -> Response:
                return JSONResponse({})
            """,
        ),
        functions=("x",),
    ),
    Variant(
        "client_decorator_outermost",
        _app(
            FASTAPI,
            """
            @app.durable_client_input(client_name="client")
            @app.route(route="x")
            async def x(req: Request, client: df.DurableOrchestrationClient) -> Response:
                return JSONResponse({})
            """,
        ),
        functions=("x",),
    ),
    Variant(
        "orchestrator_context_name",
        _app(
            HEAD,
            """
            @app.orchestration_trigger(context_name="ctx")
            def o(ctx: df.DurableOrchestrationContext):
                return 1
            """,
        ),
        'FunctionLoadError: cannot load the o function: the "context" parameter is expected to be '
        'of type azure.functions.Context, got "<class '
        "'azure.functions._durable_functions.OrchestrationContext'>\"",
    ),
    Variant(
        "activity_generic_annotation",
        _activity("p: dict[str, int]"),
        "FunctionLoadError: cannot load the a function: binding p has invalid non-type annotation "
        "dict[str, int]",
    ),
    Variant(
        "activity_union_annotation",
        _activity("p: dict | None"),
        "FunctionLoadError: cannot load the a function: binding p has invalid non-type annotation "
        "dict | None",
    ),
    *(
        Variant(
            f"activity_{name}_annotation",
            _activity(f"p: typing.{annotation}", "import typing\n" + HEAD),
            "FunctionLoadError: cannot load the a function: binding p has invalid non-type "
            f"annotation typing.{annotation}",
        )
        for name, annotation in (
            ("typing_optional", "Optional[str]"),
            ("typing_union", "Union[str, int]"),
        )
    ),
    Variant(
        "activity_typing_literal_annotation",
        _activity("p: typing.Literal['x']", "import typing\n" + HEAD),
        functions=("a",),
    ),
    *(
        Variant(
            f"retry_{name}",
            _app(
                HEAD,
                f"""
                @app.retry({policy})
                @app.timer_trigger(arg_name="t", schedule="0 * * * * *")
                def a(t: func.TimerRequest) -> None:
                    pass
                """,
            ),
            refusal,
            functions=() if refusal else ("a",),
        )
        for name, policy, refusal in (
            ("fixed", "'fixed_delay', '3', delay_interval='00:00:05'", None),
            (
                "without_interval",
                "'nonsense', '3'",
                'ValueError: unknown enum label "nonsense"',
            ),
            (
                "unknown",
                "'nonsense', '3', minimum_interval='00:00:01', maximum_interval='00:00:09'",
                'ValueError: unknown enum label "nonsense"',
            ),
            (
                "bad_count",
                "'fixed_delay', 'many', delay_interval='00:00:05'",
                "ValueError: invalid literal for int() with base 10: 'many'",
            ),
        )
    ),
    Variant("activity_named_json", _activity("p: 'dict'"), functions=("a",)),
    Variant(
        "activity_extra_param",
        _activity("p: dict, settings=None"),
        "FunctionLoadError: cannot load the a function: the following parameters are declared in "
        "Python but not in the function definition (function.json or function decorators):  "
        "{'settings'}",
    ),
    Variant(
        "timer_returns_value",
        _app(
            HEAD,
            """
            @app.timer_trigger(arg_name="timer", schedule="0 0 3 * * *")
            def t(timer: func.TimerRequest):
                return "x"
            """,
        ),
        functions=("t",),
    ),
    Variant(
        "import_error",
        "import nonexistent_module_x\n",
        "ModuleNotFoundError: No module named 'nonexistent_module_x'. Cannot find module. Please "
        "check the requirements.txt file for the missing module. For more info, please refer the "
        "troubleshooting guide: https://aka.ms/functions-modulenotfound. Current sys.path: ",
    ),
    Variant("syntax_error", "def (:\n", "SyntaxError: invalid syntax (function_app.py, line 1)"),
    Variant("exits", "import sys\nsys.exit(3)\n", "SystemExit: 3"),
    Variant("no_functions", HEAD, functions=()),
    Variant(
        "duplicate_names",
        _activity("p")
        + _activity("p")
        .replace(HEAD, "")
        .replace("def a(", "def b(")
        .replace("@app.activity", '@app.function_name(name="a")\n@app.activity'),
        "ValueError: Function a does not have a unique function name. Please change "
        "@app.function_name() or the function method name to be unique.",
    ),
    Variant(
        "blob_client_needs_extension_types",
        _app(
            HEAD,
            """
            from azure.storage.blob import BlobClient

            @app.blob_trigger(arg_name="d", path="c/{n}", connection="AzureWebJobsStorage")
            def b(d: BlobClient) -> None:
                pass
            """,
        ),
        "FunctionLoadError: cannot load the b function: binding type \"'d'\" and dataType "
        '"blobTrigger" in the binding decorator do not match the corresponding function '
        "parameter's Python type annotation BlobClient",
    ),
    Variant(
        "unsupported_binding",
        _app(
            HEAD,
            """
            @app.queue_trigger(arg_name="m", queue_name="q", connection="AzureWebJobsStorage")
            def q(m: func.QueueMessage) -> None:
                pass
            """,
        ),
        "Function q has a binding of type 'queueTrigger', which this local host does not run; it "
        "runs httpTrigger, blobTrigger, timerTrigger, orchestrationTrigger, activityTrigger, http, "
        "durableClient.",
    ),
]
