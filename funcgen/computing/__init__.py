"""What computes: processes, threads, devices, numeric modes, and the kernels that torch chooses by them."""
