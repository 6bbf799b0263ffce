"""Three months of simulated work on the demo's ledger: files, agreements, a refund, closes."""
