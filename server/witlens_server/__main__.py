"""`python -m witlens_server` is the command `witlens`."""

import sys

from witlens_server.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
