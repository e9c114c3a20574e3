"""Values and how they are read, compared and written: pure functions, without I/O."""
