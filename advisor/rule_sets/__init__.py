"""An admin drafts, checks, tests, previews, compares and publishes rules."""
