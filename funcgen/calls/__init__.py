"""Function calls as text: their canonical form, the schemas of functions, and which tokens may write a call for one input."""
