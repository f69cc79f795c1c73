"""Admins read what owners say of advice that looks wrong."""
