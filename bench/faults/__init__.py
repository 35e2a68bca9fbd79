"""Attacks on the running product, and what is left afterwards; ``./run torture`` runs them all."""
