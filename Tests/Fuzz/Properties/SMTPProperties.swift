internal import Octets
internal import SMTP

enum SMTPProperties {
    static let words = table([
        "EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:", "DATA", "RSET", "NOOP", "VRFY ", "EXPN ", "HELP", "QUIT",
        "STARTTLS",
        "AUTH ", "PLAIN ", "<", ">", "@", ".", ",", ":", "[", "]", "IPv6:", "::1", "127.0.0.1", "\"", "\\", " ", "\t",
        "SIZE=", "BODY=8BITMIME", "AUTH=<>", "a", "b-c", "1", "9", "=", "+3D", "Postmaster", "\r\n", "\n", "\r", "250-",
        "250 ", "451 ", "4.3.0 ", "2.1.0 ", "x", "é", "\0", "_", "\r\n.\r\n", "Received: ", "Date: ", "..", "-", "Zg==",
        "BDAT ", " LAST", "LHLO ", "BURL ", "imap://a", "BODY=BINARYMIME", " RET=HDRS", " ENVID=", " NOTIFY=", "NEVER",
        "SUCCESS", "DELAY", " ORCPT=", "rfc822;", "utf-8;", "\\x{", "}", "E9", "5C", " SMTPUTF8", " REQUIRETLS", " BY=",
        ";R", ";NT", " MT-PRIORITY=", " HOLDFOR=", " HOLDUNTIL=2026-02-28T23:59:60Z", "ü.example", "\u{1F600}",
        "XCLIENT", " NAME=", " ADDR=", " PORT=", " LOGIN=", "[UNAVAILABLE]", "250-LIMITS RCPTMAX=", "250-AUTH=",
        "PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "\u{1}", "!", "\u{11}", "\0\0\0\0", "\u{3}\0\u{4}",
    ])

    static func check(_ octets: [UInt8]) {
        for line in lines(of: octets) {
            for extensions in [Extensions(), Self.all, Self.all.subtracting(.lmtp)] { checkCommand(line, extensions) }
        }
        checkReply(octets, isEnhanced: false)
        checkReply(octets, isEnhanced: true)
        checkData(octets)
        checkHeader(octets)
        checkProxyHeader(octets)
        checkProxyHeader(Array("PROXY TCP4 ".utf8) + octets)
        checkProxyHeader(Array("\r\n\r\n\0\r\nQUIT\n".utf8) + octets)
    }

    private static func checkProxyHeader(_ octets: [UInt8]) {
        guard let whole = try? ProxyHeader.parse(octets.span) else { return }
        precondition((1...min(octets.count, ProxyHeader.maximum)).contains(whole.count), "takes what there is")
        for count in 0..<min(whole.count, 300) {
            guard let part = try? ProxyHeader.parse(octets.span.extracting(0..<count)) else { continue }
            preconditionFailure("no header before its end: \(part)")
        }
        let exact = try? ProxyHeader.parse(octets.span.extracting(0..<whole.count))
        precondition(exact?.header == whole.header && exact?.count == whole.count, "nothing behind it matters")
        if case .relayed(let source, let destination, _) = whole.header.origin {
            precondition(source.address.count == destination.address.count, "one family")
            precondition([4, 16].contains(source.address.count), "whole addresses")
        }
    }

    private static let all = Extensions(rawValue: .max)

    private static func checkCommand(_ line: [UInt8], _ extensions: Extensions) {
        for leniency in [Leniency(), [.spaceAfterColon, .underscoreInDomain]] {
            guard let command = try? Command(parsing: line.span, leniency: leniency, extensions: extensions) else {
                continue
            }
            var wire: [UInt8] = []
            command.encode(into: &wire)
            precondition(wire.suffix(2) == [0x0D, 0x0A] && !wire.dropLast(2).contains(0x0A), "one line")
            // What is encoded for a relay may be longer than what came, but never another command.
            let sent = Array(wire.dropLast(2))
            do throws(CommandError) {
                let again = try Command(parsing: sent.span, leniency: leniency, extensions: extensions)
                precondition(again == command, "encode and parse are inverse")
            } catch {
                precondition(error.kind == .lineTooLong, "what is encoded can be parsed")
            }
        }
    }

    private static func checkReply(_ octets: [UInt8], isEnhanced: Bool) {
        let whole = try? Reply.parse(octets.span, isEnhanced: isEnhanced)
        guard let whole else { return }
        let response = EHLOResponse(whole.reply)
        precondition(response.keywords.count < whole.reply.lines.count, "one keyword a line")
        precondition(response.keywords.allSatisfy { response.has($0.name) }, "each is found")
        _ = (response.size, response.mechanisms, response.limits, response.extensions)
        precondition((1...octets.count).contains(whole.count), "takes what there is")
        let part = try? Reply.parse(octets.span.extracting(0..<whole.count - 1), isEnhanced: isEnhanced)
        precondition(part == nil, "no reply before its end")
        var wire: [UInt8] = []
        whole.reply.encode(into: &wire)
        guard let again = try? Reply.parse(wire.span, isEnhanced: isEnhanced) else {
            preconditionFailure("what is encoded can be parsed")
        }
        precondition(again.count == wire.count && again.reply.code == whole.reply.code, "the same reply")
        precondition(again.reply.lines.count == whole.reply.lines.count, "the same lines")
        var twice: [UInt8] = []
        again.reply.encode(into: &twice)
        precondition(!isEnhanced || again.reply.enhanced == whole.reply.enhanced || whole.reply.enhanced == nil)
        precondition(twice.count <= wire.count, "encoding again adds nothing")
    }

    private static func checkData(_ octets: [UInt8]) {
        var whole = DataDecoder()
        var message: [UInt8] = []
        let taken = whole.push(octets.span, into: &message)
        precondition(whole.isComplete || taken == octets.count, "all is taken before the end")
        for cuts in cuts(of: octets) {
            var decoder = DataDecoder()
            var text: [UInt8] = []
            var count = 0
            for piece in pieces(of: octets, cuts) { count += decoder.push(piece.span, into: &text) }
            precondition(count == taken && decoder == whole, "the same state at every cut")
            precondition(whole.fault != nil || text == message, "the same message at every cut")
        }
        guard whole.isComplete, whole.fault == nil else { return }
        var encoder = DataEncoder()
        var wire: [UInt8] = []
        encoder.push(message.span, into: &wire)
        encoder.finish(into: &wire)
        var decoder = DataDecoder()
        var again: [UInt8] = []
        precondition(decoder.push(wire.span, into: &again) == wire.count && decoder.isComplete && again == message)
    }

    private static func checkHeader(_ octets: [UInt8]) {
        var whole = HeaderScanner()
        whole.push(octets.span)
        for cuts in cuts(of: octets) {
            var scanner = HeaderScanner()
            for piece in pieces(of: octets, cuts) { scanner.push(piece.span) }
            precondition(scanner.fields == whole.fields && scanner.hops == whole.hops, "the same at every cut")
            precondition(scanner.isComplete == whole.isComplete, "the same at every cut")
        }
    }
}
