"""How fast it is, beside a baseline of the same run: `.venv/bin/python -m bench` (docs/decisions/0009)."""
