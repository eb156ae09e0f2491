"""The Durable engine of the local Functions host.

It drives the real azure-functions-durable SDK by the JSON protocol of the Durable extension and
answers the SDK's client and the management API. `Engine` is all that a host needs.
"""

from local.functions_host.durable.crashes import CrashPoints
from local.functions_host.durable.engine import Engine
from local.functions_host.durable.functions import FunctionError, Functions

__all__ = ["CrashPoints", "Engine", "FunctionError", "Functions"]
