"""Files and folders: opened safely, sent as answers, packed as ZIP."""
