// POP3Door
