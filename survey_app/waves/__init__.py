"""Waves: opened, closed to answers and cancelled; their states, plan and keys."""
