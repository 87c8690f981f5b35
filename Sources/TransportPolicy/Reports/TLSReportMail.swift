internal import MIME
public import Octets

extension TLSReport {
    /// The report of a day in UTC.
    ///
    /// - Parameters:
    ///   - day: days since 1970-01-01.
    ///   - policies: how it went; see `TLSResults.policies(of:on:)`.
    ///   - organization: who reports.
    ///   - contact: where to ask, an address.
    ///   - host: the name of this server, of which the report's name is made.
    ///   - domain: the domain that is told.
    public init(
        of day: Int,
        policies: [Policy],
        organization: String,
        contact: String,
        host: String,
        domain: String
    ) {
        let start = DateTime(secondsSince1970: Int64(day) * 86_400)
        self.init(
            organization: organization,
            start: start.internetFormat,
            end: DateTime(secondsSince1970: Int64(day) * 86_400 + 86_399).internetFormat,
            contact: contact,
            id: "\(start.internetFormat.prefix(10)).\(domain)@\(host)",
            policies: policies
        )
    }

    /// The report as a file, compressed. RFC 8460 §5.1.
    public func file() throws(Gzip.Failure) -> [UInt8] {
        try Gzip.compressed(JSONWriter.octets(of: self))
    }

    /// What it is called: `submitter!domain!begin!end!id.json.gz`. RFC 8460 §5.1.
    public func fileName(submitter: String, domain: String) -> String {
        let begin = Self.seconds(start)
        let last = Self.seconds(end)
        return BodyPart.safeFileName("\(submitter)!\(domain)!\(begin)!\(last)!001.json.gz")
    }

    private static func seconds(_ text: String) -> Int64 {
        DateTime(mailDate: Array(text.utf8).span)?.secondsSince1970 ?? 0
    }

    /// A mail with the report. It must be signed by DKIM, and goes out whatever the receiver's TLS is like:
    /// `TransportPolicy.Wish.optional`. RFC 8460 §5.3.
    ///
    /// - Parameters:
    ///   - sender: who it is from.
    ///   - recipient: `ReportingRecord.Destination.mail`.
    ///   - domain: the domain that is told.
    ///   - submitter: our own.
    ///   - date: now.
    ///   - messageID: with its angle brackets.
    /// - Returns: the message.
    /// - Throws: `MessageBuilder.Problem` if an address or a name cannot be written, `Gzip.Failure`.
    public func mail(
        from sender: String,
        to recipient: String,
        domain: String,
        submitter: String,
        date: DateTime,
        messageID: String
    ) throws -> [UInt8] {
        var builder = MessageBuilder(from: .init(address: sender), date: date, messageID: messageID)
        builder.to = [.person(.init(address: recipient))]
        builder.subject = "Report Domain: \(domain) Submitter: \(submitter) Report-ID: <\(id)>"
        builder.fields = [
            .init("TLS-Report-Domain", .words([domain])), .init("TLS-Report-Submitter", .words([submitter])),
            .init("TLS-Required", .words(["No"])), .autoSubmitted("auto-generated"),
        ]
        let text = """
            This is a report on TLS connections to mail servers of \(domain),
            from \(start) to \(end), by \(organization).

            """
        builder.content = BodyPart(
            "multipart/report",
            .multipart([
                .text(text),
                .attachment(
                    try file(),
                    type: "application/tlsrpt+gzip",
                    fileName: fileName(submitter: submitter, domain: domain)
                ),
            ]),
            parameters: [.init(name: "report-type", value: "tlsrpt")]
        )
        return try builder.message()
    }
}
