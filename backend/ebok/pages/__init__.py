"""The pages: composed once at start, served compressed."""
