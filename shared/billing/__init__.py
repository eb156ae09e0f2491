"""What things cost, in US dollars: prices from the one data file, and pure sums over them."""

from shared.billing.amount import FREE, Amount, total, unknown
from shared.billing.prices import Rates, rates

__all__ = ["FREE", "Amount", "Rates", "rates", "total", "unknown"]
