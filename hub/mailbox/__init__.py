"""The mailbox of a demo: mail is kept as files under VAR_DIR and can be read at /demo/mail/. Only under DEBUG=1."""
