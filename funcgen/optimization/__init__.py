"""What the members of the optimizer axis stand on: which parameters go where, and optimizers that torch does not have."""
