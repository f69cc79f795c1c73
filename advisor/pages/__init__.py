"""What anybody can read."""
