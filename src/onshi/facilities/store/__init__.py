"""The tables of facilities and their queries: the only place here that knows SQL."""
