import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(4978, "3"))
struct CompressTests {
    static let accepted: [(String, Command)] = [
        ("COMPRESS DEFLATE", .compress("DEFLATE")), ("compress deflate", .compress("DEFLATE")),
        ("COMPRESS X-LZW", .compress("X-LZW")),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("COMPRESS", 8), ("COMPRESS ", 9), ("COMPRESS \"DEFLATE\"", 9), ("COMPRESS DEFLATE x", 16),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test func code() {
        #expect(
            encoded {
                StatusResponse(.no, .compressionActive, "DEFLATE active via TLS").encode(tag: octets("b"), into: &$0)
            }
                == "b NO [COMPRESSIONACTIVE] DEFLATE active via TLS\r\n"
        )
    }
}
