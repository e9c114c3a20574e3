"""The production server: processes, port, and the gate between granian and the application."""
