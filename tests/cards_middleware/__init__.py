"""The software card behind a private pcscd, used by unmodified programs of others."""
