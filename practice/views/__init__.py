"""The pages of the practice room, by noun."""
