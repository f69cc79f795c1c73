"""What ``check`` looks at, one subject to a module: each has ``problems(rule_set)`` and looks at nothing else."""
