"""Known vulnerabilities of what is installed; ``./run audit``."""
