"""Files and folders: opening safely, sending as responses, packing as ZIP."""
