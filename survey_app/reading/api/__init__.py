"""The read-only API: published results for programs, by token and scope."""
