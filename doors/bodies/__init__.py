"""The bodies of requests and answers. `GET openapi.json` is made from them.

Times are ISO 8601 in UTC, durations seconds.
"""

from doors.bodies.about import (
    Health,
    SettingFault,
)
from doors.bodies.chat_options import Raw, Refreshed
from doors.bodies.deleting import (
    DeletedRun,
    DeleteQuery,
    Deletion,
    Kept,
)
from doors.bodies.deployments import (
    Decision,
    DeploymentFacts,
    DeploymentList,
    OtherDeployment,
    Pin,
    PinQuery,
)
from doors.bodies.errors import (
    Error,
    ErrorDetail,
)
from doors.bodies.models import (
    ChatOptions,
    Checkpoint,
    Example,
    Lesson,
    ModelDetail,
    ModelSummaries,
    ModelSummary,
    ModelVersion,
)
from doors.bodies.money import (
    Amount,
    Costs,
    CostsQuery,
    Forecast,
    ModelSpending,
    RunCosts,
    RunSpending,
    Spending,
)
from doors.bodies.openai import (
    ChatCompletion,
    ChatRequest,
    ModelEntry,
    ModelList,
)
from doors.bodies.runs import (
    DatasetFacts,
    EvaluationFacts,
    Events,
    Fault,
    GateFacts,
    Links,
    Progress,
    Report,
    Run,
    RunList,
    RunsQuery,
    RunSummary,
    TimelineEntry,
    TrainingFacts,
)
from doors.bodies.usage import (
    PriceSource,
    Usage,
    UsageLine,
    UsageQuery,
)
from doors.bodies.versions import (
    PromoteQuery,
    Switch,
)
from doors.bodies.webhooks import WebhookTaken

__all__ = [
    "Amount",
    "ChatCompletion",
    "ChatOptions",
    "ChatRequest",
    "Checkpoint",
    "Costs",
    "CostsQuery",
    "DatasetFacts",
    "Decision",
    "DeleteQuery",
    "DeletedRun",
    "Deletion",
    "DeploymentFacts",
    "DeploymentList",
    "Error",
    "ErrorDetail",
    "EvaluationFacts",
    "Events",
    "Example",
    "Fault",
    "Forecast",
    "GateFacts",
    "Health",
    "Kept",
    "Lesson",
    "Links",
    "ModelDetail",
    "ModelEntry",
    "ModelList",
    "ModelSpending",
    "ModelSummaries",
    "ModelSummary",
    "ModelVersion",
    "OtherDeployment",
    "Pin",
    "PinQuery",
    "PriceSource",
    "Progress",
    "PromoteQuery",
    "Raw",
    "Refreshed",
    "Report",
    "Run",
    "RunCosts",
    "RunList",
    "RunSpending",
    "RunSummary",
    "RunsQuery",
    "SettingFault",
    "Spending",
    "Switch",
    "TimelineEntry",
    "TrainingFacts",
    "Usage",
    "UsageLine",
    "UsageQuery",
    "WebhookTaken",
]
