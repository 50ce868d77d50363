"""The forms of the practice room, by noun."""
