"""The site itself, and what knows no noun of the domain."""
