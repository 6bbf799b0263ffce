"""Money paid in excess goes back: found, told, asked, validated by two, paid; never twice."""
