"""onshi: an open eligibility network for health insurance, and the roll-out that gets a country onto it."""
