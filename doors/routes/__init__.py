"""The HTTP functions, one short function each; `function_app` registers them."""

from doors.routes import about, lifecycle, money, openai, runs, usage, versions, webhooks

ROUTES = (
    openai.routes,
    runs.routes,
    versions.routes,
    lifecycle.routes,
    money.routes,
    usage.routes,
    webhooks.routes,
    about.routes,
)

__all__ = ["ROUTES"]
