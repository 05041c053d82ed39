"""Pilots opened, counted and deleted by the worker: never waves, so no publication can follow.

What people answer is opened in memory, told in protected figures, and gone (docs/adr/0140).
"""
