"""Comments: quarantined, masked by one person, released by another, and the first to be deleted."""
