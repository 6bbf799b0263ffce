"""Portfolios in, answers out: projection, evaluation, batches, and the files people bring."""
