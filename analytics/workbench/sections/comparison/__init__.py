"""Domains of the newest wave against each other."""
