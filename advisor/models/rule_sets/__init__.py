"""The versions of the rules, the draft, and what admins keep beside it."""
