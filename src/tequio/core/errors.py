"""What can go wrong with the law itself."""


class NotInForce(LookupError):
    """Nobody has written down what the law says on that day."""


class LawError(ValueError):
    """A law file that does not hold together: which file, which entry, why, how to mend it."""
