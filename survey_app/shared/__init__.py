"""What every wing stands on; no survey word lives here."""
