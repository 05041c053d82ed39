"""A second step when signing in with a password: codes of an app, and codes on paper."""
