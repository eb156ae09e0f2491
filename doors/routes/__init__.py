"""The HTTP functions, one short function each; `function_app` registers them."""

from doors.routes import about, lifecycle, openai, runs

ROUTES = (openai.routes, runs.routes, lifecycle.routes, about.routes)

__all__ = ["ROUTES"]
