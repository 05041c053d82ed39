"""Real PostgreSQL and Redis from wheels, for a machine where nothing is installed."""
