"""Servicing of credits: columns in, movements out. No clock, no file, no database."""
