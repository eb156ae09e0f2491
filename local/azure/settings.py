"""The settings of an emulator."""

from dataclasses import dataclass, field
from pathlib import Path

# "emulator-webhook-secret" in base64; a real one is a secret, this one is not
DEFAULT_WEBHOOK_SECRET = "whsec_ZW11bGF0b3Itd2ViaG9vay1zZWNyZXQ="  # noqa: S105
RATE_LIMITS = ("minute", "burst", "off")


@dataclass(frozen=True)
class Settings:
    """Everything that `python -m local.azure --help` lists."""

    state: Path
    keys: tuple[str, ...] = ("emulator-key",)
    transitions: str = ""
    clock_file: Path | None = None
    control: bool = False
    # deployment name -> base model that it serves from the start
    bases: dict[str, str] = field(
        default_factory=lambda: {"gpt-4.1-mini": "gpt-4.1-mini-2025-04-14"}
    )
    # None: any subscription, resource group and account is this one
    account: str | None = None
    location: str = "swedencentral"
    rate_limits: str = "minute"
    # thousands of tokens per minute that each SKU and model may use in all deployments together
    quota: int = 5000
    training_type_required: bool = True
    metrics_delay_minutes: float = 0.0
    # days without a chat after which the service itself deletes a tuned deployment; 0 = never
    idle_days: float = 0.0
    # whether models stop to be trained and served on their published dates
    retirement: bool = False
    # whether a large file is accepted in one multipart form, which fails at the service
    large_forms: bool = False
    # where to send an event when a job ends, and the secret that signs it
    webhook_url: str | None = None
    webhook_secret: str = DEFAULT_WEBHOOK_SECRET
