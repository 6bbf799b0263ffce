"""Payment solutions of a housing fund: dated rules, exact projections, every figure traceable."""
