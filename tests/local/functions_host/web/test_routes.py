"""Route templates as ASP.NET Core matches them."""

import pytest

from local.functions_host.web.routes import Template, decode_path

GUID = "2f1e4fc0-81fd-11da-9156-00036a0f876a"


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("api/runs", "/api/runs", {}),
        ("api/runs", "/API/Runs/", {}),
        ("api/runs", "/api/runs/x", None),
        ("api/runs/{id}", "/api/runs", None),
        ("api/runs/{id}", "/api/runs/a.b-c", {"id": "a.b-c"}),
        ("api/runs/{id}", "/api/runs/a/b", None),
        ("api/runs/{id?}", "/api/runs", {}),
        ("api/{a}/{b?}/{c?}", "/api/1", {"a": "1"}),
        ("api/{a}/{b?}/{c?}", "/api/1/2", {"a": "1", "b": "2"}),
        ("api/{a?}/x", "/api/x", None),
        ("api/{id:int?}", "/api", {}),
        ("api/{id:int}", "/api/12", {"id": "12"}),
        ("api/{id:int}", "/api/x", None),
        ("api/{g:guid}", f"/api/{GUID}", {"g": GUID}),
        ("api/{g:guid}", "/api/2f1e4fc0", None),
        ("api/{*rest}", "/api/a/b/c", {"rest": "a/b/c"}),
        ("api/{*rest}", "/api", {}),
        ("api/{file}.{kind}", "/api/a.b.json", {"file": "a.b", "kind": "json"}),
        ("api/{a}-{b}", "/api/1-2-3", {"a": "1-2", "b": "3"}),
        ("api/v{version}/x", "/api/v2/x", {"version": "2"}),
        ("api/a+b", "/api/a+b", {}),
        ("", "/", {}),
    ],
)
def test_match(template: str, path: str, values: dict[str, str] | None) -> None:
    """Literals ignore case, parameters hold one segment, constraints and optional parts apply."""
    assert Template(template).match(path) == values


@pytest.mark.parametrize(
    "template",
    [
        *("api/{id", "api/{id:unknown}", "api/{a}/{A}", "api/{}", "api//x", "api/{n:length(3)}"),
        *("api/{a=5}", "api/{file}.{kind?}", "api/{*rest:alpha}", "api/x}"),
    ],
)
def test_refused(template: str) -> None:
    """What is no template, or one that this host does not know, is refused when it is read."""
    with pytest.raises(ValueError, match="route"):
        Template(template)


def test_precedence() -> None:
    """Literals come before constrained parameters, those before plain ones, catch-alls last."""
    texts = ["a/{*x}", "a/{x}", "a/{x:int}", "a/b", "a/b{x}"]

    ordered = sorted(texts, key=lambda text: Template(text).precedence)

    assert ordered == ["a/b", "a/{x:int}", "a/b{x}", "a/{x}", "a/{*x}"]


@pytest.mark.parametrize(
    ("raw", "path"),
    [(b"/a%20b", "/a b"), (b"/a%2Fb%2fc", "/a%2Fb%2Fc"), (b"/%C3%A9?x=1", "/é"), (b"/+", "/+")],
)
def test_decode_path(raw: bytes, path: str) -> None:
    """Paths are percent-decoded once, all but an encoded slash."""
    assert decode_path(raw) == path
