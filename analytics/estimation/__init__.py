"""Means, shares, their errors, and how they change. Survey weights never mean repetition here."""
