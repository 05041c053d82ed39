"""What happened, on the time axis and held against the figures."""
