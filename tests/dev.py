"""Serve the demo's pages from the sources as they stand: `make dev`, beside `make demo`.

A page that is saved is a page that is served, and a fault shows where it arose. It reaches the data
that `make demo` made, whether that still runs or not. Letters that the demo's worker sends are read
at /dev/mailbox. Nothing of this is in the product.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces

if TYPE_CHECKING:
    from litestar import Litestar

ROOT = Path(__file__).parent.parent
SOURCES = [ROOT / name for name in ("analytics", "questionnaires", "survey_app", "static")]


def pages() -> Litestar:
    """Build the application that tells of its faults."""
    from survey_app.app import create_app

    return create_app(debug=True)


def main(port: int) -> None:
    """Serve on this machine alone until Ctrl-C."""
    os.environ.update(BAROMETER_DEMO="1", BAROMETER_BASE_URL=f"http://localhost:{port}")
    from survey_app.installation.services import services
    from survey_app.settings import settings
    from survey_app.shared.database import Login

    with services(settings(), Login.WEB, Login.READER):
        print(f"http://localhost:{port}, and mail at http://localhost:{port}/dev/mailbox")
        Granian(
            "tests.dev:pages",
            factory=True,
            interface=Interfaces.ASGI,
            address="127.0.0.1",
            port=port,
            reload=True,
            reload_paths=SOURCES,
            reload_ignore_worker_failure=True,
            websockets=False,
        ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8001)
