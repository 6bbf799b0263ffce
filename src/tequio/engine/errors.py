"""What the engine answers when it will not go on."""


class Refused(Exception):
    """Nothing was written: why, and how to mend it, in Spanish."""
