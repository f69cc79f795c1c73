"""Proofs over every combination of answers, one subject to a module; ``prove`` beside it puts them together."""
