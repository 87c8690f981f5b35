// WebDoor
