"""`python -m shared.validation FILE`."""

import sys

from shared.validation.cli import main

sys.exit(main())
