"""People and their organisations."""
