"""Route templates as ASP.NET Core matches them."""

import pytest

from local.functions_host.web.template import Template, decoded

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
        ("api/{a=5}", "/api", {"a": "5"}),
        ("api/{id:int=7}", "/api/8", {"id": "8"}),
        ("api/{id:int?}", "/api", {}),
        ("api/{id:int}", "/api/12", {"id": "12"}),
        ("api/{id:int}", "/api/x", None),
        ("api/{id:int}", "/api/99999999999", None),
        ("api/{id:long}", "/api/99999999999", {"id": "99999999999"}),
        ("api/{g:guid}", f"/api/{GUID}", {"g": GUID}),
        ("api/{g:guid}", "/api/2f1e4fc0", None),
        ("api/{on:bool}", "/api/TRUE", {"on": "TRUE"}),
        ("api/{on:bool}", "/api/yes", None),
        ("api/{name:alpha}", "/api/abc1", None),
        ("api/{n:range(1,5)}", "/api/6", None),
        ("api/{n:min(2):max(4)}", "/api/3", {"n": "3"}),
        ("api/{n:length(3)}", "/api/abcd", None),
        ("api/{n:length(2,3)}", "/api/abc", {"n": "abc"}),
        ("api/{n:minlength(2)}", "/api/a", None),
        ("api/{n:maxlength(2)}", "/api/abc", None),
        ("api/{d:datetime}", "/api/2026-11-25", {"d": "2026-11-25"}),
        ("api/{n:double}", "/api/1.5", {"n": "1.5"}),
        ("api/{n:decimal}", "/api/1,5", None),
        (r"api/{n:regex(^\d{{3}}$)}", "/api/123", {"n": "123"}),
        (r"api/{n:regex(^\d{{3}}$)}", "/api/1234", None),
        ("api/{*rest}", "/api/a/b/c", {"rest": "a/b/c"}),
        ("api/{*rest}", "/api", {}),
        ("api/{file}.{kind}", "/api/a.b.json", {"file": "a.b", "kind": "json"}),
        ("api/{file}.{kind?}", "/api/a", {"file": "a"}),
        ("api/{file}.{kind?}", "/api/a.b.json", {"file": "a.b", "kind": "json"}),
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
    "template", ["api/{id", "api/{id:unknown}", "api/{a}/{A}", "api/{}", "api//x", "{n:length(x)}"]
)
def test_refused(template: str) -> None:
    """What is no template is refused when it is read, not when a request comes."""
    with pytest.raises(ValueError, match=r"route|constraint|literal|invalid"):
        Template(template)


def test_precedence() -> None:
    """Literals come before constrained parameters, those before plain ones, catch-alls last."""
    texts = ["a/{*x}", "a/{x}", "a/{x:int}", "a/b", "a/{*x:alpha}", "a/b{x}"]

    ordered = sorted(texts, key=lambda text: Template(text).precedence)

    assert ordered == ["a/b", "a/{x:int}", "a/b{x}", "a/{x}", "a/{*x:alpha}", "a/{*x}"]


@pytest.mark.parametrize(
    ("raw", "path"),
    [(b"/a%20b", "/a b"), (b"/a%2Fb%2fc", "/a%2Fb%2Fc"), (b"/%C3%A9?x=1", "/é"), (b"/+", "/+")],
)
def test_decoded(raw: bytes, path: str) -> None:
    """Paths are percent-decoded once, all but an encoded slash."""
    assert decoded(raw) == path
