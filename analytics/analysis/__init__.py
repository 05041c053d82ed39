"""`barometer analyse`: the statistics of this package on any file of respondents."""
