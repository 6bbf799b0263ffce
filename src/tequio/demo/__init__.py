"""Michoacán, made up: simulated credits on real facts, and how near they come to what is known."""
