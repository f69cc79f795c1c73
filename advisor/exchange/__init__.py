"""Files and requests in and out: work items, recommendations and rule sets as JSON, CSV and TOML.

Command line and API both stand on this package, so the same input is read, refused and answered the same way.
"""
