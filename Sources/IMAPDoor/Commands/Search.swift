internal import IMAP
internal import Mailbox
