internal import Octets
internal import DNS

/// A list in the DNS: a zone with a name for each address or domain that it lists. RFC 5782 §2.
public struct NameList: Hashable, Sendable {
    /// What it lists.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        /// Addresses of hosts.
        case address
        /// Domains: of the sender, and of the name that a host greets with.
        case domain
    }

    /// The zone, as `zen.example.org`.
    public var zone: String
    /// What it lists.
    public var subject: Subject
    /// The answers that say that something is listed; if empty, all but those that stand for a failure.
    public var answers: [AnswerPattern]
    /// How much it weighs to be on it.
    public var weight: Int

    /// A list of addresses that weighs 1.
    public init(
        zone: String,
        subject: Subject = .address,
        answers: [AnswerPattern] = [],
        weight: Int = 1
    ) {
        self.zone = zone
        self.subject = subject
        self.answers = answers
        self.weight = weight
    }

    /// What an answer of a list means.
    enum Meaning: Hashable {
        /// It is listed.
        case listed
        /// It is listed for a reason that does not count here.
        case ignored
        /// The list does not work, or does not work for us.
        case failure
    }

    /// What the address means that the list answers with. RFC 5782 §2.1: it is within 127.0.0.0/8, and 127.0.0.1 is not
    /// used; a domain that was sold answers everything with another. 127.255.255.0/24 is how lists say that they do not
    /// answer whoever asks.
    func meaning(of answer: IPAddress) -> Meaning {
        guard case .v4(let value) = answer, value >> 24 == 127, value != 0x7F00_0001, value >> 8 != 0x7F_FFFF else {
            return .failure
        }
        return answers.isEmpty || answers.contains { $0.matches(value) } ? .listed : .ignored
    }
}

/// Addresses of 127.0.0.0/8 that a list answers with: `127.0.0.2`, `127.0.0.2-11` or `127.0.*.3`.
public struct AnswerPattern: Hashable, Sendable, CustomStringConvertible {
    private let octets: [ClosedRange<UInt8>]

    /// Reads a pattern: four parts, each a number, a range or `*`; the first is 127. Nil if it is none.
    public init?(_ text: String) {
        var octets: [ClosedRange<UInt8>] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard part != "*" else {
                octets.append(0...255)
                continue
            }
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            let numbers = ends.compactMap { end in
                end.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(end) : nil
            }
            guard (1...2).contains(ends.count), numbers.count == ends.count, numbers[0] <= numbers[ends.count - 1]
            else {
                return nil
            }
            octets.append(numbers[0]...numbers[ends.count - 1])
        }
        guard octets.count == 4, octets[0] == 127...127 else { return nil }
        self.octets = octets
    }

    func matches(_ address: UInt32) -> Bool {
        (0..<4).allSatisfy { octets[$0].contains(UInt8(truncatingIfNeeded: address >> UInt32(24 - 8 * $0))) }
    }

    /// As it is read.
    public var description: String {
        octets.map { range in
            if range == 0...255 { return "*" }
            return range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }.joined(separator: ".")
    }
}
