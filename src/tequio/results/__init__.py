"""What an evaluated portfolio says of a state, every figure with its denominator."""
