"""The brief for providers: composed from the advice, edited by its owner, kept in versions, and taken along."""
