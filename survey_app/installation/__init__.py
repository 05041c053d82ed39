"""One installation: its services, database, health, and how it runs in one terminal."""
