"""The accounts of others, for admins."""
