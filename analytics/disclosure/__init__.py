"""Disclosure control: the only way from exact estimates to something that may be read.

A plan (`plan`) fixes the tables and limits (`rules`, `display_limits`) before a wave opens.
`protect` hides what is small (`primary`), then what would give it away (`secondary`, over the
networks of `tree` and `network`, for all figures together in `patterns`), lets `audit` look for
leaks on its own, rounds (`rounding`) and seals. `participation` does the same for counts of
answers.
"""
