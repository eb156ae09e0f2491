"""Use of the chat by client key, model and day: counted here, kept in table `usage`."""

from shared.usage.count import Count, Row, Use
from shared.usage.counter import Counter, counter
from shared.usage.table import UsageTable, usage_table

__all__ = ["Count", "Counter", "Row", "UsageTable", "Use", "counter", "usage_table"]
