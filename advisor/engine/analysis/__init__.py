"""What is exact over many sets of answers: the answer space, explanations, proofs, coverage."""
