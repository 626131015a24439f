"""The parts that plots are made of."""
