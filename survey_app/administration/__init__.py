"""What an administrator does in the browser: who may sign in, and the log of what was done."""
