"""Messages on their way: the outbox, mail, reminders, and forgetting."""
