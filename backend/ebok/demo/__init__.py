"""The demo: a made-up town to try e-BOK with."""
