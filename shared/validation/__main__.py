"""`python -m shared.validation FILE`."""

import sys

from shared.validation.cli import main

_STOPPED = 130  # as shells say of what Ctrl-C ended

try:
    sys.exit(main())
except KeyboardInterrupt:
    sys.stderr.write("Stopped before the end of the file; nothing can be said of it.\n")
    sys.exit(_STOPPED)
