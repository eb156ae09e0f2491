"""The HTTP functions, one short function each; `function_app` registers them."""

from doors.routes import about, lifecycle, money, openai, runs

ROUTES = (openai.routes, runs.routes, lifecycle.routes, money.routes, about.routes)

__all__ = ["ROUTES"]
