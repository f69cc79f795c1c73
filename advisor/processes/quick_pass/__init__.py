"""First advice on many processes at once, from the few questions that settle most."""
