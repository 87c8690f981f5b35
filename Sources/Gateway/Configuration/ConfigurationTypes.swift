internal import Directory
internal import Mailbox
internal import Octets

extension ConfigurationType {
    static func mapping(
        _ name: String,
        show: @escaping (Value) -> String,
        _ convert: @escaping (JSON5.Value) -> Value?
    ) -> Self {
        ConfigurationType(
            name: name,
            read: { node, reader throws(ConfigurationError) in
                guard let value = convert(node.value) else { throw reader.error(node, expected: name) }
                return value
            },
            show: show
        )
    }
}

extension ConfigurationType where Value == Int {
    /// A whole number of `range`.
    static func integer(_ range: ClosedRange<Int>) -> Self {
        mapping("a whole number from \(range.lowerBound) to \(range.upperBound)", show: { "\($0)" }) { value in
            guard case .integer(let number) = value, range.contains(number) else { return nil }
            return number
        }
    }

    /// Octets: a whole number, or a text such as "512K", "50M" or "2G", in powers of 1024.
    static func size(_ range: ClosedRange<Int>) -> Self {
        let name = "a size from \(showSize(range.lowerBound)) to \(showSize(range.upperBound)), such as \"50M\""
        return mapping(name, show: { "\"\(showSize($0))\"" }) { value in
            guard let size = readSize(value), range.contains(size) else { return nil }
            return size
        }
    }

    private static func showSize(_ size: Int) -> String {
        for (unit, name) in [(1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")] where size >= unit && size % unit == 0 {
            return "\(size / unit)\(name)"
        }
        return "\(size)"
    }

    private static func readSize(_ value: JSON5.Value) -> Int? {
        switch value {
        case .integer(let size): return size
        case .string(let text):
            let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
            guard let last = text.last else { return nil }
            let unit = units[last]
            let digits = Array((unit == nil ? text : String(text.dropLast())).utf8)
            guard let number = decimal(digits.span, as: Int.self) else { return nil }
            let (size, overflows) = number.multipliedReportingOverflow(by: unit ?? 1)
            return overflows ? nil : size
        default: return nil
        }
    }
}

extension ConfigurationType where Value == Duration {
    /// A time such as "90s", "5m" or "1h".
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        let name = "a time from \(text(range.lowerBound)) to \(text(range.upperBound)), such as \"90s\""
        return mapping(name, show: { "\"\(text($0))\"" }) { value in
            guard case .string(let text) = value, let unit = ["s": 1, "m": 60, "h": 3600][text.suffix(1)],
                let number = decimal(Array(text.dropLast().utf8).span, as: Int.self), number < 1 << 40
            else { return nil }
            let duration = Duration.seconds(number * unit)
            return range.contains(duration) ? duration : nil
        }
    }

    private static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        for (unit, name) in [(Int64(3600), "h"), (60, "m")] where seconds >= unit && seconds % unit == 0 {
            return "\(seconds / unit)\(name)"
        }
        return "\(seconds)s"
    }
}

extension ConfigurationType where Value == String {
    /// A host name with letters, digits, hyphens and dots.
    static var hostname: Self {
        mapping("a host name such as \"mx.example.com\"", show: { "\"\($0)\"" }) { value in
            guard case .string(let name) = value, (1...255).contains(name.utf8.count) else { return nil }
            let octet = ByteClass.alphaNumeric.union(ByteClass("-"))
            let areLabels = name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(octet.contains)
                    && !label.hasPrefix("-") && !label.hasSuffix("-")
            }
            return areLabels ? name : nil
        }
    }

    /// A mail address, or nothing.
    static var mailAddress: Self {
        mapping("a mail address such as \"postmaster@example.com\", or \"\"", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, text.isEmpty || MailAddress(text) != nil else { return nil }
            return text
        }
    }

    /// A folder's name from the top.
    static var folder: Self {
        mapping("the name of a folder such as \"INBOX\" or \"Work/2026\"", show: { "\"\($0)\"" }) { value in
            guard case .string(let name) = value, FolderPath(name) != nil else { return nil }
            return name
        }
    }

    /// Any text but an empty one.
    static var word: Self {
        mapping("a text that is not empty", show: { "\"\($0)\"" }) { value in
            guard case .string(let text) = value, !text.isEmpty else { return nil }
            return text
        }
    }

    /// A path; a relative one starts from the folder of the configuration file.
    static var path: Self {
        let name = "the path of a file or folder, relative ones from this file's folder"
        return ConfigurationType(
            name: name,
            read: { node, reader throws(ConfigurationError) in
                guard case .string(let path) = node.value, !path.isEmpty, !path.utf8.contains(0) else {
                    throw reader.error(node, expected: name)
                }
                return path.hasPrefix("/") ? path : reader.folder + "/" + path
            },
            show: { "\"\($0)\"" }
        )
    }
}

extension ConfigurationType where Value == Bool {
    /// Yes or no.
    static var flag: Self {
        ConfigurationType(
            name: "true or false",
            read: { node, reader throws(ConfigurationError) in
                guard case .boolean(let value) = node.value else { throw reader.error(node, expected: "true or false") }
                return value
            },
            show: { "\($0)" }
        )
    }
}

extension ConfigurationType where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words of an enumeration.
    static var choice: Self {
        let words = Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return mapping("one of \(words)", show: { "\"\($0.rawValue)\"" }) { value in
            guard case .string(let word) = value else { return nil }
            return Value(rawValue: word)
        }
    }
}

extension ConfigurationType {
    /// An object with `keys`, read into a value that is `defaults` before.
    static func object(_ keys: [ConfigurationKey<Value>], default defaults: Value) -> Self {
        ConfigurationType(
            name: "an object",
            nested: keys.map(\.description),
            read: { node, reader throws(ConfigurationError) in
                var value = defaults
                try reader.read(node, keys, into: &value)
                return value
            },
            show: { _ in "{}" }
        )
    }

    /// A list of `element`s.
    static func list<Element>(of element: ConfigurationType<Element>) -> Self where Value == [Element] {
        let name = element.nested.isEmpty ? "a list, each \(element.name)" : "a list of objects"
        return ConfigurationType(
            name: name,
            nested: element.nested,
            read: { node, reader throws(ConfigurationError) in
                guard case .array(let nodes) = node.value else { throw reader.error(node, expected: name) }
                var elements: [Element] = []
                for node in nodes { elements.append(try element.read(node, reader)) }
                return elements
            },
            show: { "[" + $0.map(element.show).joined(separator: ", ") + "]" }
        )
    }
}
