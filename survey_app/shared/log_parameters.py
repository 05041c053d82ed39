"""What the database server may write into its log about those who touch answers: nothing.

An ordinary constraint error otherwise writes the failing row into the log
(``anonymity-design.md`` 4.7).
"""

from __future__ import annotations

from survey_app.shared.database import Login, connection

ROLE_SETTINGS = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}


async def loud_parameters() -> tuple[str, ...]:
    """Return each log parameter that would let an answer or address into the server's log.

    Returns
    -------
    tuple of str
        Like ``log_statement for web (want none)``; empty when all is quiet.
    """
    loud = []
    for login in (Login.WEB, Login.WORKER):
        async with connection(login) as link:
            for name, value in ROLE_SETTINGS.items():
                if (await link.fetchval(f"SHOW {name}")) != value:
                    loud.append(f"{name} for {login} (want {value})")
    return tuple(loud)
