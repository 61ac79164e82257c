"""Identity's writes, a module per verb or two."""
