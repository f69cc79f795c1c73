"""What ``check`` looks at, by subject: each ``…_problems(rule_set)`` looks at one, and at nothing else."""
