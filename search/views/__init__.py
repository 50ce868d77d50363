"""The pages of search, by what they are for."""
