"""The tables of requests and their queries, by noun."""
