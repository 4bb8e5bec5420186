"""`python -m export` is `allsmiles-export`."""

import sys

from export.cli import main

sys.exit(main())
