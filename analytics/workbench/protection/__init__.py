"""What of a protected file may show: its tables, their errors, and all of them together."""
