"""The workplace from inside and outside."""
