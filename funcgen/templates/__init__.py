"""Templates: texts with references to arguments; how they are written, what is said by which words, and where it is found in a text."""
