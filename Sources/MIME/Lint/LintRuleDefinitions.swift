extension MessageLint.Rule {
    /// How bad it is to break the rule.
    public var severity: MessageLint.Severity { definition.severity }
    /// The section that has the rule.
    public var citation: MessageLint.Citation { definition.citation }
    /// What is wrong, in one sentence for people.
    public var text: String { definition.text }

    struct Definition {
        var severity: MessageLint.Severity
        var citation: MessageLint.Citation
        var text: String

        static func error(_ rfc: Int, _ section: String, _ text: String) -> Definition {
            Definition(severity: .error, citation: MessageLint.Citation(rfc: rfc, section: section), text: text)
        }

        static func warning(_ rfc: Int, _ section: String, _ text: String) -> Definition {
            Definition(severity: .warning, citation: MessageLint.Citation(rfc: rfc, section: section), text: text)
        }

        static func note(_ rfc: Int, _ section: String, _ text: String) -> Definition {
            Definition(severity: .note, citation: MessageLint.Citation(rfc: rfc, section: section), text: text)
        }
    }

    /// One line for each rule. It is one switch, and long, so that the compiler sees that none is missing.
    var definition: Definition {
        switch self {
        case .bareCarriageReturn: .error(5322, "2.3", "A CR is not followed by LF.")
        case .bareLineFeed: .error(5322, "2.3", "A LF does not follow a CR.")
        case .longLine: .error(5322, "2.1.1", "A line has more than 998 octets.")
        case .longHeaderLine: .warning(5322, "2.1.1", "A line of a header has more than 78 characters.")
        case .nulOctet: .error(5322, "3.5", "An octet is 0.")
        case .controlInHeader: .warning(5322, "4.1", "A header has a control character.")
        case .controlInBody: .note(5322, "3.5", "A body that is not encoded has a control character.")
        case .missingLastLineBreak: .note(5321, "4.1.1.4", "The last line does not end with CRLF.")
        case .utf8InHeader: .warning(6532, "3.2", "A header has UTF-8, which only SMTPUTF8 may carry.")
        case .eightBitInHeader: .error(5322, "2.2", "A header has octets that are neither ASCII nor UTF-8.")
        case .mboxLine: .warning(4155, "A", "The line that begins a message in an mbox is no part of the message.")
        case .lineWithoutColon: .error(5322, "2.2", "A line of a header is no field: it has no colon.")
        case .fieldName: .error(5322, "3.6.8", "The name of a field is not printable ASCII without space.")
        case .blankBeforeColon: .warning(5322, "4.5", "There is white space before the colon of a field.")
        case .blankFoldedLine: .warning(5322, "4.2", "A line of a folded field has nothing but white space.")
        case .emptyField: .error(5322, "3.6", "A field that must have a value has none.")
        case .missingFrom: .error(5322, "3.6", "There is no From field.")
        case .missingDate: .error(5322, "3.6", "There is no Date field.")
        case .missingMessageID: .warning(5322, "3.6.4", "There is no Message-ID field.")
        case .bareEmbeddedMessage: .error(2046, "5.2.1", "A message in a message has no From, Subject or Date field.")
        case .repeatedField: .error(5322, "3.6", "A field that may occur once occurs again.")
        case .repeatedMIMEField: .error(2045, "3", "A MIME field that may occur once occurs again.")
        case .incompleteResentBlock: .error(5322, "3.6.6", "There are Resent fields but no Resent-From or Resent-Date.")
        case .dateSyntax: .error(5322, "3.3", "A date is not as the grammar says, not even in an obsolete form.")
        case .impossibleDate: .error(5322, "3.3", "A date names a day, time or zone that there is not.")
        case .wrongDayName: .error(5322, "3.3", "The name of the day is not that of the date.")
        case .obsoleteDate: .warning(5322, "4.3", "A date is written in an obsolete form.")

        case .addressSyntax: .error(5322, "3.4", "An address is not as the grammar says, not even in an obsolete form.")
        case .obsoleteAddress: .warning(5322, "4.4", "An address is written in an obsolete form.")
        case .obsoleteRoute: .warning(5322, "4.4", "An address has an obsolete route.")
        case .obsoletePhrase: .warning(5322, "4.1", "A name has a dot that is not quoted.")
        case .emptyListMember: .warning(5322, "4.4", "A list has a comma with nothing before or behind it.")
        case .blankAtAtSign: .warning(5322, "3.4.1", "There is white space or a comment beside the @ of an address.")
        case .needlessQuotes: .warning(5322, "3.4.1", "A local part is quoted that need not be.")
        case .addressNotForSMTP: .warning(5321, "4.1.2", "An address is one that no envelope may have.")
        case .longAddress:
            .warning(5321, "4.5.3.1", "An address or a part of it is longer than an envelope may have it.")
        case .commentInAddress: .note(5322, "3.4", "An address field has a comment, which some take for a name.")
        case .groupAsAuthor: .warning(6854, "3", "A group is an author or sender, which is for rare cases only.")
        case .missingSender: .error(5322, "3.6.2", "There is more than one author but no Sender field.")
        case .needlessSender: .warning(5322, "3.6.2", "The Sender field says the same as the From field.")
        case .messageIDSyntax: .error(5322, "3.6.4", "A message identifier is not as the grammar says.")
        case .obsoleteMessageID:
            .warning(5322, "4.5.4", "A message identifier, or text beside it, is of an obsolete form.")
        case .contentIDSyntax: .error(2045, "7", "A Content-ID is not as the grammar says.")
        case .keywordSyntax: .error(5322, "3.6.5", "Keywords are not phrases with commas between them.")
        case .returnPathSyntax: .error(5322, "3.6.7", "A Return-Path is not one address in angle brackets.")
        case .receivedSyntax: .error(5322, "3.6.7", "A comment, quotation or address in a Received field has no end.")
        case .receivedWithoutDate: .warning(5322, "4.5.7", "A Received field has no date.")

        case .longEncodedWord: .error(2047, "2", "An encoded word has more than 75 characters.")
        case .longEncodedWordLine: .error(2047, "2", "A line with an encoded word has more than 76 characters.")
        case .brokenEncodedWord: .note(2047, "7", "Something looks like an encoded word but is none.")
        case .encodedWordEncoding: .error(2047, "5", "The text of an encoded word is damaged base64 or Q.")
        case .encodedWordCharacters:
            .error(2047, "5", "A Q word has a character that it must not have where it stands.")
        case .encodedWordCharset: .warning(2047, "3", "The charset of an encoded word is not known.")
        case .encodedWordOctets: .error(2047, "3", "An encoded word has octets that its charset has not.")
        case .encodedWordShift: .error(2047, "3", "An encoded word does not end in ASCII mode.")
        case .splitCharacter: .error(2047, "5", "A character begins in one encoded word and ends in the next.")
        case .gluedEncodedWord:
            .error(2047, "5", "There is no white space between an encoded word and what is beside it.")
        case .encodedWordInQuotes: .error(2047, "5", "An encoded word is in a quoted string.")
        case .encodedWordInAddress: .error(2047, "5", "An encoded word is in an address, not in the name beside it.")
        case .encodedWordInParameter: .error(2047, "5", "An encoded word is in a parameter.")
        case .misplacedEncodedWord: .error(2047, "5", "An encoded word is where neither a phrase nor a comment is.")

        case .missingMIMEVersion: .error(2045, "4", "There are MIME fields but no MIME-Version.")
        case .mimeVersionSyntax: .error(2045, "4", "A MIME-Version is not two numbers with a dot between them.")
        case .unknownMIMEVersion: .warning(2045, "4", "A MIME-Version is not 1.0.")
        case .contentTypeSyntax: .error(2045, "5.1", "A Content-Type is not as the grammar says.")
        case .missingSubtype: .error(2045, "5.1", "A Content-Type has no subtype.")
        case .dispositionSyntax: .error(2183, "2", "A Content-Disposition is not as the grammar says.")
        case .emptyParameter: .error(2045, "5.1", "A semicolon is not followed by a parameter.")
        case .unquotedParameter: .error(2045, "5.1", "The value of a parameter should have been quoted.")
        case .repeatedParameter: .error(6838, "4.3", "A parameter occurs twice.")
        case .missingParameter: .error(2045, "5", "A parameter that the media type requires is missing.")
        case .parameterSegments: .error(2231, "3", "The segments of a parameter are not numbered 0, 1, 2 and so on.")
        case .parameterEncoding: .error(2231, "4", "A parameter with a charset is not encoded as it must be.")
        case .parameterInBothForms: .note(2231, "4", "A parameter is there with a charset and without.")
        case .unknownCharset: .warning(2046, "4.1.2", "The charset is not known.")
        case .transferEncodingSyntax: .error(2045, "6.1", "A Content-Transfer-Encoding is not one token.")
        case .unknownTransferEncoding: .error(2045, "6.3", "There is no such Content-Transfer-Encoding.")
        case .privateTransferEncoding: .warning(2045, "6.3", "The Content-Transfer-Encoding is a private one.")
        case .encodedComposite: .error(2045, "6.4", "A multipart or message is encoded as a whole.")

        case .missingBoundary: .error(2046, "5.1.1", "A multipart has no boundary.")
        case .longBoundary: .error(2046, "5.1.1", "A boundary has more than 70 characters.")
        case .boundaryCharacters: .error(2046, "5.1.1", "A boundary has a character that it must not have.")
        case .boundaryEndsInBlank: .error(2046, "5.1.1", "A boundary ends in a space.")
        case .repeatedBoundary: .error(2046, "5.1.1", "A multipart has the boundary of one that it is in.")
        case .boundaryPrefix: .warning(2046, "5.1.1", "One boundary is the beginning of another that is open with it.")
        case .multipartWithoutPart: .error(2046, "5.1.1", "A multipart has no part.")
        case .missingCloseDelimiter: .error(2046, "5.1.1", "A multipart has no closing delimiter.")
        case .blankBehindDelimiter: .note(2046, "5.1.1", "A delimiter has blanks behind it.")
        case .textBehindDelimiter: .warning(2046, "5.1.1", "A delimiter has text behind it.")
        case .headerCutShort: .error(2046, "5.1.1", "A header ends at a delimiter, without an empty line.")
        case .limitReached:
            .note(2046, "5.1.2", "The message goes beyond a limit, and what is beyond it was not looked at.")

        case .unlabelled8bit: .error(2045, "6.1", "A body has octets above 127 and no Content-Transfer-Encoding.")
        case .eightBitIn7bit: .error(2045, "6.2", "A body that is called 7bit has octets above 127.")
        case .narrowOuterEncoding:
            .warning(2045, "6.4", "A part has octets above 127, and what it is in is called 7bit.")
        case .octetsNotInCharset: .error(2046, "4.1.2", "A text has octets that its charset has not.")
        case .base64Octet: .error(2045, "6.8", "A line of base64 has an octet that is not in the alphabet.")
        case .base64Padding: .error(2045, "6.8", "A base64 body is padded wrongly, or not complete.")
        case .base64BehindPadding: .error(2045, "6.8", "A base64 body goes on behind its padding.")
        case .longBase64Line: .error(2045, "6.8", "A line of base64 has more than 76 characters.")
        case .quotedPrintableCode:
            .error(2045, "6.7", "A = is followed by neither two hexadecimal digits nor a line break.")
        case .lowerCaseCode: .error(2045, "6.7", "A code of quoted-printable has small letters.")
        case .quotedPrintableOctet: .error(2045, "6.7", "A line of quoted-printable has an octet that it must encode.")
        case .quotedPrintableBlank: .error(2045, "6.7", "A line of quoted-printable ends in a blank.")
        case .quotedPrintableEnd: .error(2045, "6.7", "A quoted-printable body ends in =.")
        case .longQuotedPrintableLine: .error(2045, "6.7", "A line of quoted-printable has more than 76 characters.")
        }
    }
}
