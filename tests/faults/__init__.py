"""Faults on purpose: one installation, one small wave for each seed, and what must hold after it.

``python -m tests.faults --seeds 1-500``; what it found stands in ``docs/faults.md``.
"""
