"""`funcgen verify`: whether a number is what its inputs give, and by which convention another number came out."""
