"""How each sample is made: one module a family, each with a tuple `SAMPLES`."""
