"""What an operator does: serve, migrate, back up, verify, check."""
