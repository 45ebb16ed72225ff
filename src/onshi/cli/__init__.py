"""The command line: one file per room."""

from onshi.cli.main import main

__all__ = ["main"]
