"""The application: each wing in the order in which an answer passes through it."""
