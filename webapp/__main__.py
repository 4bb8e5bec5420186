"""`python -m webapp` is `allsmiles`."""

import sys

from webapp.cli import main

sys.exit(main())
