"""Who may read results: accounts, roles, sessions."""
