"""Campaigns and their waves, from the imported file to the opening."""
