"""How a network learns: batches, gradients by one process or several, the loop, and what it leaves."""
