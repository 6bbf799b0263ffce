"""The handbook that people read: the registry, and a page for each solution, made from the law and
the code and from nothing else; no clock is asked."""
