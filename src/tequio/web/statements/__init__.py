"""The statement and the letters of a credit: read from the ledger, written as PDF, HTML and CSV."""
