"""The culture of the staff: overview, units, items."""
