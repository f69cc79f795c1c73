"""A person registers, signs in, looks after the account, and leaves; an admin looks after the accounts of others."""
