"""Answers side: knows what was answered, never who."""
