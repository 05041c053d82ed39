"""What the answers say: frames in, frames out. No file, clock, log, chance or database."""
