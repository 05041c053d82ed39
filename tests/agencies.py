"""The agencies whose content tests read; none of them is what ships.

``FIRST`` is what ``tests/conftest.py`` lets every process read: what this programme shipped when it
was copied. It stays as it is when what is shipped changes, and changes where a format does. Tests
of what is shipped lie in ``tests/shipped``.
"""

from __future__ import annotations

from pathlib import Path

FIRST = Path(__file__).parent / "first_agency"
SECOND = Path(__file__).parent / "second_agency"
