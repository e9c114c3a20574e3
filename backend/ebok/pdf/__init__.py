"""PDFs: an HTML template becomes a tagged PDF, made by a process of its own."""
