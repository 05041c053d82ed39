"""What happened: days that people want to see on the time axis, beside what the answers say."""
