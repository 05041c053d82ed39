"""Comparing estimates: wave with wave, unit with unit, and what may be said of it."""
