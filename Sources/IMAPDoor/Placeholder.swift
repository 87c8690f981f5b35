// IMAPDoor
