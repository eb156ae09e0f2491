"""Use of the chat by client key, model and day: counted here, kept in table `usage`."""

from shared.billing.usage.count import Count, Row, UsageKey
from shared.billing.usage.counter import Counter, counter
from shared.billing.usage.table import UsageTable, usage_table

__all__ = ["Count", "Counter", "Row", "UsageKey", "UsageTable", "counter", "usage_table"]
