"""What an operator does: serve, migrate, back up, verify, check."""


class OperatorError(Exception):
    """Something that the operator has to mend, said in words. The command ends with a code that is not 0."""
