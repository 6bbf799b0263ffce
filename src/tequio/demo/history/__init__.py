"""What happened to the made-up credits since 2019: agreements, movements and monthly receipts."""
