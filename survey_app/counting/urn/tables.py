"""The urn: sealed ballots of equal length, one partition per wave, without key, order or time.

It is written with plain SQL by the crossing alone (``anonymity-design.md`` 4.3), so there is no
Piccolo class to insert with: ``drop_ballot.py``, ``partitions.py``, ``mix.py`` and ``unseal.py``
hold all its statements.
"""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, SmallInt
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table

URN = "counting.urn"


class HandOver(Table, tablename="hand_over", schema="counting"):
    """All ballots of a closed wave on their way through the hands of its two key holders.

    Step 1 is sealed twice, step 2 once, and step 3 to the worker that counts: each in an order of
    its own. Gone with the urn.
    """

    id = UUID(primary_key=True, default=UUID4())
    wave = UUID(default=None, null=False)
    step = SmallInt()
    counter = UUID(null=True, default=None, help_text="in step 3: to whose key it is sealed")
    content = Bytea(help_text="rows of equal length, one after another")
    proof = Bytea(help_text="HMAC under the installation's secret: who only writes here has none")
