"""The chip as a pure function, and the reader's side of its conversation."""
