"""Aggregated results that were made elsewhere: earlier surveys of our own, and others' figures.

They stand in a place of their own and are never reckoned into a publication.
"""
