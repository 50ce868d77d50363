"""People, and where they meet."""
