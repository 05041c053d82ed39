"""What the database server may write into its log about those who touch answers: nothing.

An ordinary constraint error otherwise writes the failing row into the log, a logged duration the
time of a mark, and an error of any kind the second in which somebody sent or waited for a lock
(``anonymity-design.md`` 4.7). Errors reach the process that asked; its own log has their kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.shared.database import Login, connection

ROLE_SETTINGS = {
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}


# as a server comes, and no business of the migrator's; whoever turned one on has to turn it off
UNTOUCHED = {
    "log_duration": "off",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    # who sends while the wave is counted waits for its lock: the line tells when
    "log_lock_waits": "off",
    # a connection is made when somebody answers, and the line is written before `log_min_messages`
    # of the login holds
    "log_connections": "off",
    # a line, with its time, for every statement
    "log_statement_stats": "off",
    "log_parser_stats": "off",
    "log_planner_stats": "off",
    "log_executor_stats": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    # the time of every commit, and so of every mark and every sealed row
    "track_commit_timestamp": "off",
    # of extensions, where they are loaded
    "auto_explain.log_min_duration": "-1",
    "pgaudit.log": "none",
    "pgaudit.role": "",
}


LOGINS = (Login.WEB, Login.WORKER)
"""Those who touch answers."""


async def loud_parameters(logins: Sequence[Login] = LOGINS) -> tuple[str, ...]:
    """Return each parameter that would let an answer, an address or a time be written down.

    Parameters
    ----------
    logins : sequence of Login
        Whose connections are asked: a process asks as those that it was given.

    Returns
    -------
    tuple of str
        Like ``log_statement for web (want none)``; empty when all is quiet.
    """
    loud = []
    for login in logins:
        async with connection(login) as link:
            for name, value in {**ROLE_SETTINGS, **UNTOUCHED}.items():
                found = await link.fetchval("SELECT current_setting($1, true)", name)
                if found not in {value, None, ""}:
                    loud.append(f"{name} for {login} (want {value or 'nobody'})")
    return tuple(loud)
