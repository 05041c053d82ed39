"""Attacks on what is published, written without the code that they are meant to break."""
