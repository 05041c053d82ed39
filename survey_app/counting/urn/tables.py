"""The urn: sealed ballots of equal length, one partition per wave, without key, order or time.

It is written with plain SQL by the crossing alone (``anonymity-design.md`` 4.3), so there is no
Piccolo class to insert with: ``drop_ballot.py``, ``partitions.py``, ``mix.py`` and ``unseal.py``
hold all its statements.
"""

URN = "counting.urn"
