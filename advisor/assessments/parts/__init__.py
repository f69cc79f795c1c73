"""A process is named, broken into parts, and put together again."""
