"""Write a migration for what changed in a room's tables: `make migration APP=actions SAY="..."`."""

from __future__ import annotations

import asyncio
import os
import sys

from piccolo.apps.migrations.commands.new import new

from survey_app.installation.schema_state import APPS
from survey_app.shared.database import Login, connect


def main(app: str, description: str) -> None:
    """Compare the tables with what the migrations made of them; no database is asked.

    Raises
    ------
    SystemExit
        If there are no such tables, or if it is not said what the migration does.
    """
    if app not in APPS or not description.strip():
        sys.exit(
            'whose tables, and what it does? make migration APP=actions SAY="Say where more is'
            f' written"; APP is one of {", ".join(sorted(APPS))}'
        )
    connect({Login.MIGRATOR: "postgresql://nobody@localhost/none"})
    os.environ["PICCOLO_CONF"] = "survey_app.piccolo_conf"
    asyncio.run(new(app, auto=True, desc=description))


if __name__ == "__main__":
    main(*sys.argv[1:])
