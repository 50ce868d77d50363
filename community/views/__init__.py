"""The pages of the community room, by noun."""
