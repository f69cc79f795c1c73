"""A firm to look round in: filled into an installation by `advisor demo`, and taken away again."""
