@testable internal import Gateway

enum ConfigurationProperties {
    static let words = table([
        "{", "}", "[", "]", ":", ",", "\"", "'", "\\", "\\u00e9", "\\uD83D\\uDE00", "\\x41", "\n", "\r", " ", "//",
        "/*", "*/",
        "null", "true", "false", "Infinity", "NaN", "0x", "0", "1", "-", "+", ".", "e", "9223372036854775807",
        "hostname", "dataDirectory", "listeners", "protocol", "address", "port", "tls", "certificate", "key", "smtp",
        "imaps",
        "127.0.0.1", "25", "65536", "\u{FEFF}", "\u{2028}", "é", "\0", "\u{301}", "10m", "1GB",
    ])

    static func check(_ octets: [UInt8]) {
        do throws(JSON5Parser.Failure) {
            let value = try JSON5Parser.parse(octets)
            let again = try? JSON5Parser.parse(octets)
            precondition(again.map { "\($0)" } == "\(value)", "a pure function")
        } catch {
            check(error, in: octets)
        }
        // Whatever is wrong is told as an error with a place in the file.
        for text in [octets, Array("{ hostname: 'a.example', ".utf8) + octets + [0x7D]] {
            do throws(ConfigurationError) {
                _ = try Configuration(parsing: text, file: "/portico.json5")
            } catch {
                precondition(!error.expected.isEmpty)
            }
        }
    }

    private static func check(_ failure: JSON5Parser.Failure, in octets: [UInt8]) {
        let lines = octets.count { $0 == 0x0A } + 1
        precondition((1...lines).contains(failure.position.line), "a line of the file")
        precondition((1...octets.count + 1).contains(failure.position.column))
        precondition(!failure.found.isEmpty && !failure.expected.isEmpty)
    }
}
