"""The tables of cards and their queries, one file per noun."""
