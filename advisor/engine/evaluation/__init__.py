"""From answers to a recommendation: for one set of answers, for many, and for two rule sets."""
