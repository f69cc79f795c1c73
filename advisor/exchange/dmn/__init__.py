"""A rule set as a DMN model with FEEL expressions."""
