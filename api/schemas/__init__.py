"""The bodies of requests and answers. `GET openapi.json` is made from them.

Times are ISO 8601 in UTC, durations seconds.
"""

from api.schemas.chat import ChatCompletion, ChatRequest, ModelEntry, ModelList
from api.schemas.chat_options import Raw, Refreshed
from api.schemas.costs import (
    Amount,
    Costs,
    CostsQuery,
    Forecast,
    ModelSpending,
    RunCosts,
    RunSpending,
    Spending,
)
from api.schemas.deletion import DeletedRun, DeleteQuery, Deletion, Kept
from api.schemas.deployments import (
    Decision,
    DeploymentFacts,
    DeploymentList,
    OtherDeployment,
    Pin,
    PinQuery,
)
from api.schemas.errors import Error, ErrorDetail
from api.schemas.health import Health, SettingFault
from api.schemas.models import (
    ChatOptions,
    Checkpoint,
    Example,
    Lesson,
    ModelDetail,
    ModelSummaries,
    ModelSummary,
    ModelVersion,
)
from api.schemas.runs import (
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
from api.schemas.usage import PriceSource, Usage, UsageLine, UsageQuery
from api.schemas.versions import PromoteQuery, Switch
from api.schemas.webhooks import WebhookTaken

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
