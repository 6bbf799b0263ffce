"""What a change of the law would do to a portfolio, in two pages and a table."""
