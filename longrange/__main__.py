"""``python -m longrange`` is the command line."""

import sys

from longrange.command import main

sys.exit(main())
