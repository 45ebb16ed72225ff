"""Tables and statements of the registry: the only place of the room that knows SQL."""
