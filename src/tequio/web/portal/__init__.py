"""Mi Cuenta: a borrower sees what she owes and what she can choose, and signs."""
