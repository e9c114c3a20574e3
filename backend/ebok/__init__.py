"""e-BOK: the online customer office of a municipal water utility."""
