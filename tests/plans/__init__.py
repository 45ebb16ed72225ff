"""Plans: whether they make sense, what becomes of them, and all of them together."""
