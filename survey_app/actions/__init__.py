"""What is done about what the answers say: actions, their state, and reminders of their dates."""
