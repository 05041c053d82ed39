"""What a process loads before it serves: each start of a page's server waits for it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_pages_start_without_the_statistics_that_the_worker_computes_with():
    code = (
        "import sys; import survey_app.app; print({'scipy.stats', 'statsmodels'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
