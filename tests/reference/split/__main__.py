"""Print how figures of a split form's core and modules hit the truth: ``python -m … [waves]``."""

import sys

from tests.reference.split.waves import held, table_of

if __name__ == "__main__":
    waves = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    for smallest in (100, 30):
        print(f"{waves} waves of units from {smallest} people on")
        print(table_of(held(1, waves, smallest=smallest)).round(4).to_string())
