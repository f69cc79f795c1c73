"""What every request meets: who asks, rights, security, errors, forms."""
