"""Work items from sheets that people fill in: which rows and columns are meant, and what their cells say."""
