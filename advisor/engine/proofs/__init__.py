"""Proofs over every combination of answers, one subject to a module. ``advisor.engine.prove`` puts them together."""
