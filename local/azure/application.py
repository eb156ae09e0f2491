"""Puts the surfaces together into one web application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .billing import routes as price_routes
from .billing.bill import Bill
from .billing.prices import Prices
from .billing.uptime import Uptimes
from .chat import routes as chat_routes
from .chat.handlers import ChatHandlers
from .chat.limits import RateLimits
from .chat.model import Responder
from .clock import Clock
from .control import routes as control_routes
from .control.faults import Faults
from .control.handlers import ControlHandlers
from .control.middleware import Control
from .control.state import RequestLog
from .database import Database
from .deployments import routes as deployment_routes
from .deployments.handlers import DeploymentHandlers
from .deployments.state import Deployments
from .errors import resource_not_found
from .files import routes as file_routes
from .files.handlers import FileHandlers
from .files.state import Files
from .fine_tuning import routes as job_routes
from .fine_tuning.handlers import JobHandlers
from .fine_tuning.state import Jobs
from .identity import routes as identity_routes
from .identity.handlers import IdentityHandlers
from .identity.roles import Roles
from .identity.state import Tokens
from .metrics import routes as metric_routes
from .metrics.handlers import MetricHandlers
from .metrics.state import Usage
from .models import routes as model_routes
from .models.handlers import ModelHandlers
from .models.state import Models
from .routing import RouteBuilder, mark
from .settings import Settings
from .transitions import DEFAULTS, Transitions
from .uploads import routes as upload_routes
from .uploads.handlers import UploadHandlers
from .uploads.state import Uploads
from .webhooks.state import Deliveries


class Emulator:
    """Everything that the emulator knows, by surface."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings, self.database = settings, database
        self.clock = Clock(settings.clock_file)
        self.transitions = Transitions(settings.transitions)
        self.tokens = Tokens(settings.state)
        self.roles = Roles()
        folder = settings.state / "files"
        self.files = Files(self.database, self.clock, self.transitions, folder)
        self.uploads = Uploads(self.database, self.clock, self.files)
        self.jobs = Jobs(self.database, self.clock, self.transitions, self.files)
        self.models = Models(self.jobs)
        self.usage = Usage(self.database, self.clock)
        uptimes = Uptimes(self.database)
        self.deployments = Deployments(
            self.database, self.clock, self.transitions, self.models, self.usage, settings, uptimes
        )
        self.prices = Prices(settings.location)
        self.bill = Bill(self.clock, self.jobs, self.usage, self.models, uptimes, self.prices)
        self.limits = RateLimits(self.clock, settings.rate_limits)

    def reset(self) -> None:
        """Forgets everything but the base deployments; time and rules are as at the start."""
        self.clock.reset()
        self.limits.clear()
        self.prices.reset()
        self.roles.reset()
        self.transitions.change(",".join(f"{kind}={rule}" for kind, rule in DEFAULTS.items()))
        self.transitions.change(self.settings.transitions)
        self.files.clear()
        self.database.clear()
        self.deployments.prepare()

    def routes(self) -> list[Route]:
        """Every address of the emulated service."""
        builder = RouteBuilder(self.settings.keys, self.tokens, self.roles)
        jobs = JobHandlers(self.jobs, self.files, self.clock, self.settings)
        chat = ChatHandlers(
            self.deployments,
            self.models,
            Responder(self.jobs, self.clock),
            self.limits,
            self.usage,
            self.clock,
            retirement=self.settings.retirement,
        )
        metrics = MetricHandlers(
            self.usage,
            self.clock,
            self.settings.location,
            self.settings.metrics_delay_minutes,
        )
        # Chat first: routes are tried in order, and nothing is asked as often.
        return [
            *chat_routes.routes(builder, chat),
            *identity_routes.routes(builder, IdentityHandlers(self.tokens)),
            *file_routes.routes(
                builder, FileHandlers(self.files, large_forms=self.settings.large_forms)
            ),
            *upload_routes.routes(builder, UploadHandlers(self.uploads, self.files)),
            *job_routes.routes(builder, jobs),
            *model_routes.routes(builder, ModelHandlers(self.models)),
            *deployment_routes.routes(builder, DeploymentHandlers(self.deployments, self.settings)),
            *metric_routes.routes(builder, metrics),
            *price_routes.routes(builder),
        ]

    def start_sender(self) -> "asyncio.Task[None] | None":
        """Starts to send events to the webhook, if one is set."""
        if not self.settings.webhook_url:
            return None
        # Only who has a listener pays for the HTTP client at the start.
        from .webhooks.sender import Sender

        deliveries = Deliveries(self.database, self.jobs)
        sender = Sender(deliveries, self.settings.webhook_url, self.settings.webhook_secret)
        return asyncio.create_task(sender.run())

    def control(self, faults: Faults, log: RequestLog) -> list[Route]:
        """The routes of the control API."""
        builder = RouteBuilder(self.settings.keys, self.tokens, self.roles)
        return control_routes.routes(builder, ControlHandlers(self, faults, log))


def build(settings: Settings) -> Starlette:
    """The web application for these settings.

    Raises:
        ValueError: For settings that cannot be, such as a base deployment of an unknown model.
    """
    database = Database(settings.state / "azure.sqlite")
    try:
        emulator = Emulator(settings, database)
    except ValueError:
        database.close()
        raise

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sender = emulator.start_sender()
        yield
        if sender:
            sender.cancel()
            await asyncio.wait([sender])
        database.close()

    routes, middleware = emulator.routes(), []
    if settings.control:
        faults, log = Faults(), RequestLog(database, emulator.clock)
        routes += emulator.control(faults, log)
        middleware.append(Middleware(Control, faults=faults, log=log))
    app = Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers={404: _not_found, 405: _not_found},
        lifespan=lifespan,
    )
    # The service knows no path with a slash at its end, and sends nobody elsewhere.
    app.router.redirect_slashes = False
    return app


async def _not_found(_: Request, __: Exception) -> Response:
    return mark(JSONResponse(resource_not_found().body(v1=False), 404))
