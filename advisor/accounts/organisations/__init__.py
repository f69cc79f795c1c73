"""Organisations: who is in them and as what, how others come in, and how processes come and go."""
