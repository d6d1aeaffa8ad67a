"""Arithmetic over the numbers of a text: exact values, infix notation, chains of steps, and what a model may write."""
