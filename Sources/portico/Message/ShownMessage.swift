internal import Charset
internal import MIME
internal import Octets

/// A message, written for people or as JSON.
struct ShownMessage {
    private let octets: [UInt8]
    private let structure: MessageStructure
    private let charsets = SystemCharsets()

    init(_ octets: [UInt8]) {
        self.octets = octets
        structure = MessageStructure(of: octets.span)
    }

    /// What departs from the standards. In a file in which no line ends in CRLF, LF is taken for it.
    var lint: MessageLint {
        var options = MessageLint.Options()
        options.acceptsLineFeeds = !zip(octets, octets.dropFirst()).contains {
            $0 == .carriageReturn && $1 == .lineFeed
        }
        return MessageLint(of: octets.span, charsets: charsets, options: options)
    }

    private func view(_ change: (inout MessageView.Options) -> Void = { _ in }) -> MessageView {
        var options = MessageView.Options()
        change(&options)
        return MessageView(structure, of: octets.span, charsets: charsets, options: options)
    }

    private var parts: MessageText<SystemCharsets> { MessageText(structure, charsets: charsets) }
    private var body: String { parts.body(of: octets.span) }
    private var header: Header { Header(parsing: octets.span.extracting(first: structure.parts[0].bodyStart)) }

    // MARK: JSON

    /// One line of JSON.
    func json(_ action: MessageCommand.Action) -> String {
        var json = JSONWriter()
        switch action {
        case .show: view().write(to: &json)
        case .structure:
            let view = view { $0.bodyValues = .none }
            json.object { $0.member("bodyStructure") { view.writeBodyStructure(to: &$0) } }
        case .text: json.object { $0.member("text", body) }
        case .headers: json.object { $0.member("headers", fields) }
        case .attachments: json.object { writeAttachments(to: &$0) }
        case .lint: json.object { lint.writeMembers(to: &$0) }
        }
        return String(decoding: json.octets, as: UTF8.self)
    }

    private var fields: [MessageView.Field] {
        let header = header
        return header.fields.map { field in
            MessageView.Field(
                name: String(decoding: header.name(of: field), as: UTF8.self),
                value: header.text(of: field, charsets: charsets)
            )
        }
    }

    private func writeAttachments(to json: inout JSONWriter) {
        json.member("attachments") { json in
            json.array { json in
                for attachment in parts.attachments(of: octets.span) {
                    json.object { json in
                        json.member("partId", Self.number(attachment.path))
                        json.member("name", attachment.name)
                        json.member("type", attachment.header.mediaType)
                        json.member("size", attachment.size)
                        json.member("encodedSize", attachment.encodedSize)
                        json.member("isInline", attachment.isInline)
                        json.member("cid", attachment.contentID)
                    }
                }
            }
        }
        json.member("filesInText") { json in
            json.array { json in
                for file in parts.filesInText(of: octets.span) {
                    json.object { json in
                        json.member("partId", Self.number(file.path))
                        json.member("name", file.name)
                        json.member("encoding", "\(file.file.kind)")
                        json.member("size", file.size)
                        json.member("isIntact", file.isIntact)
                    }
                }
            }
        }
    }

    private static func number(_ path: [Int]) -> String { path.map { "\($0)" }.joined(separator: ".") }

    // MARK: Text

    /// Lines for people. Control characters that a message has in its text do not reach the terminal.
    func text(_ action: MessageCommand.Action, of file: String) -> String {
        let text =
            switch action {
            case .show: shown
            case .structure: tree
            case .text: body
            case .headers: fields.map { "\($0.name): \($0.value)\n" }.joined()
            case .attachments: attachments
            case .lint: findings(file)
            }
        return Self.withoutControls(text)
    }

    private var shown: String {
        let view = view { $0.bodyValues = .none }
        var text = ""
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { text += "\(name): \(value)\n" }
        }
        func list(_ addresses: [MessageView.Address]?) -> String? {
            addresses?.map { address in address.name.map { "\($0) <\(address.email)>" } ?? address.email }
                .joined(separator: ", ")
        }
        add("From", list(view.from))
        add("Reply-To", list(view.replyTo))
        add("To", list(view.to))
        add("Cc", list(view.cc))
        add("Bcc", list(view.bcc))
        add("Date", view.sentAt?.mailFormat)
        add("Subject", view.subject)
        let body = body
        if !body.isEmpty { text += "\n" + body + (body.hasSuffix("\n") ? "" : "\n") }
        let attachments = attachments
        if !attachments.isEmpty { text += "\n" + attachments }
        if !structure.reachedLimits.isEmpty {
            text += "\nNot all of it was looked at: \(structure.reachedLimits.names.joined(separator: ", "))\n"
        }
        return text
    }

    /// A line for each part, those inside another one further in.
    private var tree: String {
        let view = view { $0.bodyValues = .none }
        var depths: [Int] = []
        var text = ""
        for part in view.parts {
            let depth = part.parent.map { depths.indices.contains($0) ? depths[$0] + 1 : 0 } ?? 0
            depths.append(depth)
            text += String(repeating: "  ", count: depth) + "\(part.partID ?? "-") \(part.type)"
            if let charset = part.charset { text += " \(charset)" }
            if !part.isMultipart { text += " \(part.encoding)" }
            text += " \(part.encodedSize)"
            if let disposition = part.disposition { text += " \(disposition)" }
            if let name = part.name { text += " \"\(name)\"" }
            text += "\n"
        }
        return text
    }

    /// A line for each part that is no text to read, and for each file in such a text.
    private var attachments: String {
        let parts = parts.attachments(of: octets.span).map { part in
            "[\(Self.number(part.path))] \(part.header.mediaType) \(part.size) \(part.name)\(part.isInline ? " (inline)" : "")\n"
        }
        let files = self.parts.filesInText(of: octets.span).map { file in
            "[\(Self.number(file.path))] \(file.file.kind) \(file.size) \(file.name)\(file.isIntact ? "" : " (damaged)")\n"
        }
        return (parts + files).joined()
    }

    private func findings(_ file: String) -> String {
        lint.findings.map { finding in
            "\(file):\(finding.line): \(finding.rule.severity) \(finding.rule.rawValue): \(finding.rule.text) "
                + "(\(finding.rule.citation))\(finding.detail.isEmpty ? "" : ": " + finding.detail)\n"
        }.joined()
    }

    private static func withoutControls(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl =
                scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
            scalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }
}

extension MessageLint {
    /// `findings`, and in `counts` how often each rule was broken.
    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.member("findings") { json in
            json.array { json in
                for finding in findings {
                    json.object { json in
                        json.member("rule", finding.rule.rawValue)
                        json.member("severity", "\(finding.rule.severity)")
                        json.member("text", finding.rule.text)
                        json.member("source", "\(finding.rule.citation)")
                        json.member("line", finding.line)
                        json.member("offset", finding.offset)
                        json.member("part", finding.part)
                        json.member("detail", finding.detail)
                    }
                }
            }
        }
        json.member("counts") { json in
            json.object { json in
                for (rule, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    json.member(named: rule.rawValue, count)
                }
            }
        }
    }
}
