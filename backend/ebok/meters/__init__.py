"""Points of use, their meters, and the readings that billing knows."""
