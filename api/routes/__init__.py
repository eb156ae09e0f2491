"""The HTTP functions, one short function each; `function_app` registers them."""

from api.routes import (
    about,
    chat_options,
    lifecycle,
    money,
    openai,
    runs,
    usage,
    versions,
    webhooks,
)

ROUTES = (
    openai.routes,
    runs.routes,
    versions.routes,
    lifecycle.routes,
    chat_options.routes,
    money.routes,
    usage.routes,
    webhooks.routes,
    about.routes,
)

__all__ = ["ROUTES"]
