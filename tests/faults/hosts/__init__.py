"""Several hosts on one machine: a burst of answers through a proxy, and what is lost when two die.

``python -m tests.faults.hosts`` (docs/faults.md) needs root, ``ip``, nginx and PgBouncer.
"""
