"""Before a wave: how exact it will be, what it will see, and whom to ask how many of."""
