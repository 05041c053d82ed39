"""Post that goes to mailboxes of citizens: who may get it, and how it is handed over."""
