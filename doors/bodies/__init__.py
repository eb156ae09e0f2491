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

__all__ = [
    "ChatCompletion",
    "ChatRequest",
    "DatasetFacts",
    "Decision",
    "DeploymentFacts",
    "DeploymentList",
    "Error",
    "ErrorDetail",
    "Events",
    "Fault",
    "Health",
    "Links",
    "ModelEntry",
    "ModelList",
    "OtherDeployment",
    "Pin",
    "PinQuery",
    "Progress",
    "Report",
    "Run",
    "RunList",
    "RunSummary",
    "RunsQuery",
    "SettingFault",
    "TimelineEntry",
    "TrainingFacts",
]
