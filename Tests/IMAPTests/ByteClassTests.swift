import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "9"))
struct ByteClassTests {
    /// The characters of the ABNF written out by hand, so that a slip in building the tables shows.
    static let atomCharacters = "!#$&'+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[^_`abcdefghijklmnopqrstuvwxyz|}~"

    static let alphaNumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    @Test(arguments: [
        ("ATOM-CHAR", ByteClass.atomChar, atomCharacters),
        ("ASTRING-CHAR", .astringChar, atomCharacters + "]"),
        ("tag", .tagChar, atomCharacters.replacing("+", with: "") + "]"),
        ("list-char", .listChar, atomCharacters + "]%*"), ("word", .wordChar, alphaNumeric + ".-_"),
        ("objectid", .objectIDChar, alphaNumeric + "_-"), ("base64", .base64Char, alphaNumeric + "+/="),
        ("list-wildcards", .listWildcards, "%*"), ("quoted-specials", .quotedSpecials, "\"\\"),
        ("resp-specials", .respSpecials, "]"),
    ])
    func holds(_ name: String, _ set: ByteClass, _ members: String) {
        let expected = Set(members.utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(set.contains(byte) == expected.contains(byte), "\(name) \(byte)")
        }
    }

    @Test func quotedCharactersAreAllButFour() {
        for byte in UInt8.min...UInt8.max {
            let isPlain = byte != 0 && byte < 0x80 && ![0x0A, 0x0D, 0x22, 0x5C].contains(byte)
            #expect(ByteClass.quotedChar.contains(byte) == isPlain)
            #expect(ByteClass.quotedUTF8Char.contains(byte) == (isPlain || byte >= 0x80))
        }
    }

    @Test func charactersOfText() {
        for byte in UInt8.min...UInt8.max {
            #expect(ByteClass.char.contains(byte) == (1...0x7F).contains(byte))
            #expect(ByteClass.textChar.contains(byte) == ((1...0x7F).contains(byte) && byte != 10 && byte != 13))
            #expect(ByteClass.control.contains(byte) == (byte < 0x20 || byte == 0x7F))
        }
    }

    @Test func atomSpecialsAndAtomCharactersDivideASCII() {
        for byte in UInt8(1)...0x7F {
            #expect(ByteClass.atomChar.contains(byte) != ByteClass.atomSpecials.contains(byte))
        }
    }

    /// Every octet as the only one of a mailbox name: an atom, or refused.
    @Test func everyOctetAsAString() {
        for byte in UInt8.min...UInt8.max {
            let wire = octets("a SELECT ") + [byte] + octets("\r\n")
            let transcript = converse(wire)
            if ByteClass.astringChar.contains(byte) {
                #expect(transcript.commands == [.select(MailboxName([byte]))])
            } else {
                #expect(transcript.commands.isEmpty && !transcript.failures.isEmpty)
            }
        }
    }

    @Test func everyOctetInQuotes() {
        for byte in UInt8.min...UInt8.max where ByteClass.quotedChar.contains(byte) {
            let transcript = converse(octets("a SELECT \"") + [byte] + octets("\"\r\n"))
            #expect(transcript.commands == [.select(MailboxName([byte]))])
        }
    }

    @Test func everyOctetInALiteralButNUL() {
        for byte in UInt8.min...UInt8.max {
            let transcript = converse(octets("a SELECT {1+}\r\n") + [byte] + octets("\r\n"))
            #expect(transcript.commands == (byte == 0 ? [] : [.select(MailboxName([byte]))]))
            #expect(transcript.consumed == 18)
        }
    }
}
