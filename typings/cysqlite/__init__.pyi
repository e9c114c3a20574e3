# What we use of it: its own module does not say which of its names are its own.
sqlite_version_info: tuple[int, int, int]
