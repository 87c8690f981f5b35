// SMTPDoor
