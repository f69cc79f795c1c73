"""The domain: rule sets, evaluation and exact analysis, as pure functions over immutable values.

Nothing in this package knows of the web, the database, files or the clock.
"""
