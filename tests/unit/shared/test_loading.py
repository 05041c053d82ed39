"""What a process loads for good is no work for the garbage collector, neither then nor later."""

import json
import subprocess
import sys

PROGRAM = """
import contextlib, gc, json
from survey_app.shared.loading import loading
told = [gc.isenabled(), gc.get_freeze_count()]
with contextlib.suppress(ImportError), loading():
    told += [gc.isenabled()]
    import csv
    import no_such_module
print(json.dumps([*told, gc.isenabled(), gc.get_freeze_count() > len(vars(csv))]))
"""


def test_the_collector_rests_while_modules_are_loaded_and_passes_over_them_afterwards():
    # in a process of its own: what is passed over stays so for all tests after it
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, check=True, text=True
    )
    assert json.loads(done.stdout) == [True, 0, False, True, True]


GARBAGE = """
import gc, json, sys, weakref
from survey_app.shared.loading import loading
class Round: pass
found = []
for serves in (False, True):
    with loading(serves=serves):
        one = Round()
        one.itself = one
        found.append(weakref.ref(one))
        del one
    gc.collect()
print(json.dumps([one() is None for one in found]))
"""


def test_what_loading_threw_away_is_not_kept_by_a_process_that_goes_on_for_weeks():
    done = subprocess.run(
        [sys.executable, "-c", GARBAGE], capture_output=True, check=True, text=True
    )
    assert json.loads(done.stdout) == [False, True]
