"""The forms of the community room, by noun."""
