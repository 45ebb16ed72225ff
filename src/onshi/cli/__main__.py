"""`python -m onshi.cli` is `onshi`."""

import sys

from onshi.cli import main

sys.exit(main())
