"""Plugs a card in as `onshi cards virtual run FILE` does, without loading all the other commands first."""

import contextlib
import sys
from pathlib import Path

from onshi.outside import VPCD_PORT, CardFile, VirtualReader

if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(CardFile(Path(sys.argv[1]))) as card:
        reader = VirtualReader(card)
        sys.stdout.write(f"port {VPCD_PORT}\n")
        sys.stdout.flush()
        reader.serve()
