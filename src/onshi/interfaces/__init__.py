"""Protocols spoken to other machines; each a package of its own."""
