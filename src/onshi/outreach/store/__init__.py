"""The tables of outreach and their queries, by noun."""
