"""What a rule set is made of: questions, operators, rules, policy, evidence; and what was answered."""
