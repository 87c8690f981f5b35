internal import DNS
internal import Network
internal import Octets

extension ResolverSettings {
    /// Reads `resolv.conf`, as resolv.conf(5) of glibc describes it: `nameserver`, and of `options` `timeout:`,
    /// `attempts:`, `rotate` and `trust-ad`. Without a server, it is the one on this host, as there.
    ///
    /// All else is passed over: `search`, `domain` and `ndots` because mail has whole names only; `edns0` because
    /// EDNS is always used; a server whose address is none, or has a zone (`fe80::1%eth0`). Any octets will do.
    public init(resolvConf octets: Span<UInt8>) {
        self.init(servers: [])
        var isTrusted = false
        var cursor = Cursor(over: octets)
        while !cursor.isAtEnd {
            let words = cursor.wordsOfLine(in: octets)
            switch words.first {
            case "nameserver":
                guard words.count > 1, servers.count < Self.maximumServers, let address = IPAddress(words[1]) else {
                    continue
                }
                servers.append(Server(address: Address(host: "\(address)", port: 53)))
            case "options":
                for word in words.dropFirst() {
                    if word == "trust-ad" { isTrusted = true } else { take(option: word) }
                }
            default: break
            }
        }
        if servers.isEmpty { servers = [Server(address: Address(host: "127.0.0.1", port: 53))] }
        for index in servers.indices { servers[index].isTrusted = isTrusted }
    }

    /// Numbers beyond what glibc allows count as its limits.
    private mutating func take(option: String) {
        if option == "rotate" { rotates = true }
        let parts = option.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        guard parts.count == 2, let number = decimal(Array(parts[1]).span, as: UInt32.self) else { return }
        switch String(parts[0]) {
        case "timeout": timeout = .seconds(max(1, min(number, 30)))
        case "attempts": attempts = Int(max(1, min(number, 5)))
        default: break
        }
    }
}

extension Cursor {
    /// Takes a line and its end and gives its first words, none for a comment.
    fileprivate mutating func wordsOfLine(in octets: Span<UInt8>) -> [String] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        while let octet = next(in: octets), octet != .lineFeed {
            if octet == .space || octet == .tab || octet == .carriageReturn {
                if !word.isEmpty { words.append(word) }
                word = []
            } else {
                word.append(octet)
            }
        }
        if !word.isEmpty { words.append(word) }
        guard let first = words.first?.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { return [] }
        return words.prefix(64).map { String(decoding: $0, as: UTF8.self) }
    }
}
