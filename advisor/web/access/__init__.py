"""Who asks, and whether they may: cookie, identity, rights, limits, and the checks before every view."""
