"""The shelf: what was published, once and for all."""
