"""`barometer analyse`: the statistics of this package on any file of respondents.

It stands on what publications use and is reached by the command alone (docs/adr/0046).
"""
