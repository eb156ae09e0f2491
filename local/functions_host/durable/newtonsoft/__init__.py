"""JSON as the extension reads it: Newtonsoft.Json 13 takes more than Python does, and less depth.

Single quotes, bare names, comments, commas at the end, numbers in hexadecimal and octal: all that
passes in Azure. At most 64 levels of arrays and objects do. Whatever is refused is refused in the
words of that reader, with path, line and position.
"""

from local.functions_host.durable.newtonsoft.loading import (
    check_start,
    load,
    too_deep,
    without_metadata,
)
from local.functions_host.durable.newtonsoft.text import Unreadable

__all__ = ["Unreadable", "check_start", "load", "too_deep", "without_metadata"]
