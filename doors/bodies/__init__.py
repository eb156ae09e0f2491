"""The bodies of requests and answers. `GET openapi.json` is made from them.

Times are ISO 8601 in UTC, durations seconds.
"""

from doors.bodies.about import (
    Health,
    SettingFault,
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
    Events,
    Fault,
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

__all__ = [
    "Amount",
    "ChatCompletion",
    "ChatRequest",
    "Costs",
    "CostsQuery",
    "DatasetFacts",
    "Decision",
    "DeploymentFacts",
    "DeploymentList",
    "Error",
    "ErrorDetail",
    "Events",
    "Fault",
    "Forecast",
    "Health",
    "Links",
    "ModelEntry",
    "ModelList",
    "ModelSpending",
    "OtherDeployment",
    "Pin",
    "PinQuery",
    "PriceSource",
    "Progress",
    "Report",
    "Run",
    "RunCosts",
    "RunList",
    "RunSpending",
    "RunSummary",
    "RunsQuery",
    "SettingFault",
    "Spending",
    "TimelineEntry",
    "TrainingFacts",
    "Usage",
    "UsageLine",
    "UsageQuery",
]
