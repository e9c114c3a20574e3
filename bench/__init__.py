"""Benchmarks: each contestant is compared with a baseline in alternating rounds of one run."""
