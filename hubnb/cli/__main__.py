"""`python -m hubnb.cli`."""

import sys

from . import main

sys.exit(main())
