"""The production server: processes, port, and the gate in front of the application."""
