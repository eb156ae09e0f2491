"""Settings: environment only, read once, typed, checked.

Each field of `Settings` says its environment name, how to read it, what it means and an example;
`docs/settings.md` is made from the same table. A wrong value is a `SettingError` that names it.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from functools import lru_cache
from typing import Any

from shared.errors import SettingError
from shared.settings.readers import (
    address,
    client_keys,
    dollars,
    duration,
    flag,
    gate,
    graders,
    one_of,
    positive,
    word,
)

_WANTED: dict[Callable[[str], Any], str] = {
    duration: "a number with s, m, h or d",
    flag: "true or false",
    dollars: "an amount of US dollars above 0",
    positive: "a whole number of at least 1",
    word: "a text that is not empty",
    address: "an http(s) address",
    client_keys: "name=key pairs with commas between",
    gate: "win_rate, win_rate_low, score or gain, then >= and a number; or off",
    graders: "exact, contains, similarity, judge, with commas between",
}
_REQUIRED = object()


def _setting(
    name: str,
    read: Callable[[str], Any],
    default: Any,
    about: str,
    example: str = "",
    *,
    secret: bool = False,
) -> Any:
    shown = example or ("" if default is _REQUIRED else str(default))
    data = {"name": name, "read": read, "about": about, "example": shown, "secret": secret}
    # What is secret stays out of `repr`, and with it out of logs and tracebacks.
    if default is _REQUIRED:
        return field(metadata=data, repr=not secret)
    data["default"] = default
    if isinstance(default, str) and read is not word:
        return field(default_factory=lambda: read(default), metadata=data, repr=not secret)
    return field(default=default, metadata=data, repr=not secret)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting of the app. See `docs/settings.md` for the whole table."""

    # Azure OpenAI, data plane
    endpoint: str = _setting(
        "AZURE_OPENAI_ENDPOINT",
        address,
        _REQUIRED,
        "The Azure OpenAI (Foundry) resource that trains and serves.",
        "https://my-resource.openai.azure.com",
    )
    api_key: str | None = _setting(
        "AZURE_OPENAI_API_KEY",
        word,
        None,
        "A key of that resource. Leave it unset to use Entra ID, the default.",
        "0123456789abcdef",
        secret=True,
    )
    scope: str = _setting(
        "AZURE_OPENAI_SCOPE",
        word,
        "https://ai.azure.com/.default",
        "The Entra scope of the data plane; older resources want "
        "`https://cognitiveservices.azure.com/.default`.",
    )
    # Azure OpenAI, control plane
    subscription: str = _setting(
        "AZURE_SUBSCRIPTION_ID",
        word,
        _REQUIRED,
        "The subscription of the resource.",
        "00000000-0000-0000-0000-000000000000",
    )
    resource_group: str = _setting(
        "AZURE_RESOURCE_GROUP", word, _REQUIRED, "The resource group of the resource.", "my-group"
    )
    account: str = _setting(
        "AZURE_OPENAI_ACCOUNT", word, _REQUIRED, "The name of the resource.", "my-resource"
    )
    arm_endpoint: str = _setting(
        "ARM_ENDPOINT",
        address,
        "https://management.azure.com",
        "Azure Resource Manager; another one for sovereign clouds and the local stand-in.",
    )
    metrics_endpoint: str | None = _setting(
        "AZURE_METRICS_ENDPOINT",
        address,
        None,
        "Azure Monitor's regional metrics endpoint, the second witness before a deployment is "
        "deleted. Unset: nothing is ever deleted for idleness.",
        "https://swedencentral.metrics.monitor.azure.com",
    )
    # Training and deployment
    base_model: str = _setting(
        "BASE_MODEL",
        word,
        _REQUIRED,
        "The model to fine-tune, with its version.",
        "gpt-4.1-mini-2025-04-14",
    )
    base_deployment: str = _setting(
        "BASE_DEPLOYMENT",
        word,
        _REQUIRED,
        "The deployment of the untuned model to compare with; chat calls it `base`.",
        "gpt-4.1-mini",
    )
    training_type: str = _setting(
        "TRAINING_TYPE",
        one_of("Standard", "GlobalStandard", "Developer"),
        "GlobalStandard",
        "Where training may run, and at what price.",
    )
    seed: int | None = _setting(
        "TRAINING_SEED", positive, None, "Seed of each training; unset: the service picks.", "42"
    )
    deployment_sku: str = _setting(
        "DEPLOYMENT_SKU",
        one_of("Standard", "GlobalStandard", "DeveloperTier"),
        "Standard",
        "The SKU of deployments of tuned models.",
    )
    deployment_capacity: int = _setting(
        "DEPLOYMENT_CAPACITY", positive, 5, "Thousands of tokens per minute of a deployment."
    )
    content_filter: str | None = _setting(
        "CONTENT_FILTER",
        word,
        None,
        "Name of the content filter (RAI policy) of deployments. Unset: the service's default.",
        "Microsoft.DefaultV2",
    )
    eval_prompts: int = _setting(
        "EVAL_PROMPTS", positive, 5, "How many prompts base and tuned model both answer."
    )
    eval_graders: tuple[str, ...] = _setting(
        "EVAL_GRADERS",
        graders,
        "similarity",
        "How answers are graded: `exact`, `contains`, `similarity` to the expected answer, or "
        "`judge`, a model's opinion. `<name>.tune.json` can say it for one dataset.",
        "similarity,judge",
    )
    eval_judge: str | None = _setting(
        "EVAL_JUDGE",
        word,
        None,
        "The deployment that the grader `judge` asks. Unset: `BASE_DEPLOYMENT`, which may favour "
        "itself.",
        "gpt-4.1",
    )
    eval_gate: str = _setting(
        "EVAL_GATE",
        gate,
        "off",
        "What the comparison must reach before a version is promoted. `<name>.tune.json` can say "
        "it for one dataset. `off`: every version is promoted.",
        "win_rate>=0.5",
    )
    checkpoint: str = _setting(
        "CHECKPOINT",
        one_of("last", "best"),
        "last",
        "Which state of a training is deployed: the `last` one, or the `best`, with the lowest "
        "validation loss.",
    )
    # Serving
    client_keys: dict[str, str] = _setting(
        "CLIENT_KEYS",
        client_keys,
        "",
        "Keys for the chat endpoint, by name. Unset: every call is refused.",
        "web=long-random-text,app=another-one",
        secret=True,
    )
    last_used_every: timedelta = _setting(
        "LAST_USED_EVERY",
        duration,
        "60s",
        "How often at most a chat writes `last_used`, for each version.",
    )
    usage_every: timedelta = _setting(
        "USAGE_EVERY",
        duration,
        "5s",
        "How often the counts of chats by client key are written; a killed process loses what "
        "came after the last time.",
    )
    chat_retry_for: timedelta = _setting(
        "CHAT_RETRY_FOR",
        duration,
        "10s",
        "How long a chat is tried again that the service refuses for the moment (429, 5xx). A "
        "wait that the service asks for and that ends later goes to the caller at once.",
    )
    wake_on_chat: bool = _setting(
        "WAKE_ON_CHAT",
        flag,
        "true",
        "Whether a chat wakes a model that is asleep; otherwise only `POST models/{name}/wake`.",
    )
    wait_limit: timedelta = _setting(
        "WAIT_LIMIT",
        duration,
        "220s",
        "How long a chat that wants to wait is held while its model wakes. Azure ends a call that "
        "is not answered after 230 s.",
    )
    wait_stream_limit: timedelta = _setting(
        "WAIT_STREAM_LIMIT",
        duration,
        "20m",
        "The same for streams, which comments keep open; `functionTimeout` of `host.json` ends "
        "them.",
    )
    # Idle deployments
    idle_after: timedelta = _setting(
        "IDLE_AFTER", duration, "15d", "A deployment idle for this long is deleted."
    )
    idle_warning: timedelta = _setting(
        "IDLE_WARNING", duration, "2d", "How long before that the run's status warns."
    )
    keep_previous: timedelta = _setting(
        "KEEP_PREVIOUS", duration, "24h", "How long a superseded version stays deployed."
    )
    dry_run: bool = _setting(
        "DRY_RUN", flag, "false", "Show what would be deleted, delete nothing."
    )
    evict_after: timedelta | None = _setting(
        "EVICT_AFTER",
        duration,
        None,
        "With every deployment of the resource in use, the longest idle one that nobody pinned is "
        "deleted for a run that waits, if it has been idle for this long. Unset: never.",
        "3d",
    )
    # Money
    budget_run: float | None = _setting(
        "BUDGET_RUN",
        dollars,
        None,
        "US dollars that a run may cost by its forecast, training and hosting for `IDLE_AFTER` "
        "together. Above it, or where a price is not known, it waits for `POST runs/{id}/approve`. "
        "Unset: no limit.",
        "100",
    )
    budget_month: float | None = _setting(
        "BUDGET_MONTH",
        dollars,
        None,
        "US dollars that all runs may cost in a calendar month (UTC), with what the next one will "
        "cost. Above it a run waits for `POST runs/{id}/approve`. Unset: no limit.",
        "1000",
    )
    approval_deadline: timedelta = _setting(
        "APPROVAL_DEADLINE",
        duration,
        "30d",
        "How long a run above a budget waits for its approval until it ends as `failed`.",
    )
    # Events
    webhook_secret: str | None = _setting(
        "WEBHOOK_SECRET",
        word,
        None,
        "The secret of the resource's webhook that calls `POST webhooks/openai`. Unset: every call "
        "is refused, and runs poll.",
        "whsec_bG9uZyByYW5kb20gdGV4dA==",
        secret=True,
    )
    notify_url: str | None = _setting(
        "NOTIFY_URL",
        address,
        None,
        "Where a small signed JSON is sent for runs that are rejected, serving, failed, warned, "
        "retired or woken. Unset: nowhere.",
        "https://hooks.example.org/tunedrop",
    )
    notify_secret: str | None = _setting(
        "NOTIFY_SECRET",
        word,
        None,
        "What signs them, as Standard Webhooks say: `whsec_` and a key in base64, or a bare key. "
        "Unset: nothing is sent.",
        "whsec_YW5vdGhlciByYW5kb20gdGV4dA==",
        secret=True,
    )
    notify_first: timedelta = _setting(
        "NOTIFY_FIRST", duration, "10s", "The wait after the first try; each next one is longer."
    )
    notify_longest: timedelta = _setting(
        "NOTIFY_MAX", duration, "1h", "The longest wait between two tries."
    )
    notify_deadline: timedelta = _setting(
        "NOTIFY_DEADLINE", duration, "3d", "How long a receiver that takes nothing is tried."
    )
    # Waits
    poll_first: timedelta = _setting(
        "POLL_FIRST", duration, "5s", "The first wait between two looks at the service."
    )
    poll_max: timedelta = _setting(
        "POLL_MAX", duration, "10m", "The longest wait between two looks."
    )
    polls_per_generation: int = _setting(
        "POLLS_PER_GENERATION",
        positive,
        20,
        "Looks until an orchestration continues as new, which bounds its history.",
    )
    file_deadline: timedelta = _setting(
        "FILE_DEADLINE", duration, "2h", "How long an upload may take until it is processed."
    )
    train_deadline: timedelta = _setting(
        "TRAIN_DEADLINE",
        duration,
        "45d",
        "How long a job may take, with its time in the queue (the service stops one after 720 h).",
    )
    deploy_deadline: timedelta = _setting(
        "DEPLOY_DEADLINE", duration, "24h", "How long a deployment may take until it answers."
    )
    evaluate_deadline: timedelta = _setting(
        "EVALUATE_DEADLINE", duration, "6h", "How long the comparison with the base may take."
    )
    claim_age: timedelta = _setting(
        "CLAIM_AGE",
        duration,
        "2m",
        "How long a paid step that was begun is left to its first worker before another looks "
        "for its effect and begins anew.",
    )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read all settings.

        Raises:
            SettingError: for the first one that is missing or wrong, naming the value seen.
        """
        return cls(**dict(_read(environment)))


def _read(environment: Mapping[str, str]) -> list[tuple[str, Any]]:
    values: list[tuple[str, Any]] = []
    for one in fields(Settings):
        text = environment.get(one.metadata["name"], "").strip()
        if text:
            values.append((one.name, _parse(one.metadata, text)))
        elif "default" not in one.metadata:
            raise SettingError(
                one.metadata["name"], None, _wanted(one.metadata["read"]), one.metadata["example"]
            )
    return values


def _parse(about: Mapping[str, Any], text: str) -> Any:
    try:
        return about["read"](text)
    except ValueError:
        seen = "(hidden)" if about["secret"] else text
        wanted = _wanted(about["read"])
        raise SettingError(about["name"], seen, wanted, about["example"]) from None


def _wanted(read: Callable[[str], Any]) -> str:
    return _WANTED.get(read) or str(read.__doc__)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read from the environment at the first call."""
    return Settings.read(os.environ)
