"""Opened answers: wave and domain codes, no path to a person."""
