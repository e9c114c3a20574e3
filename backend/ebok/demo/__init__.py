"""The demo utility: a town to try e-BOK with."""
