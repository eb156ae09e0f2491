"""`python -m shared.validation FILE`."""

import sys

from shared.validation.cli import main

_STOPPED = 130  # the exit code of shells for a command that Ctrl-C ended

try:
    sys.exit(main())
except KeyboardInterrupt:
    sys.stderr.write("Stopped before the end of the file. Run the command again for a report.\n")
    sys.exit(_STOPPED)
