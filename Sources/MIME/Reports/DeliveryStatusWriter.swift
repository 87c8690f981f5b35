internal import Octets

extension DeliveryStatus {
    /// The part that holds the report: message/delivery-status, or message/global-delivery-status if it is not all ASCII.
    /// A valid one says who reports, and of each recipient the final address, the action and the status. RFC 3464 §2.
    public func part() throws(MessageBuilder.Problem) -> BodyPart {
        guard let reportingMTA, !recipients.isEmpty else { throw .missingField }
        var writer = ReportWriter()
        try writer.field("Original-Envelope-Id", originalEnvelopeID)
        try writer.field("Reporting-MTA", reportingMTA)
        try writer.field("DSN-Gateway", gateway)
        try writer.field("Received-From-MTA", receivedFromMTA)
        try writer.field("Arrival-Date", arrivalDate)
        try writer.fields(otherFields)
        for recipient in recipients {
            writer.endGroup()
            try recipient.write(to: &writer)
        }
        let name = writer.isASCII ? "delivery-status" : "global-delivery-status"
        return BodyPart("message/\(name)", .octets(writer.octets))
    }
}

extension DeliveryStatus.Recipient {
    fileprivate func write(to writer: inout ReportWriter) throws(MessageBuilder.Problem) {
        guard let final, let action, let status else { throw .missingField }
        guard (0...9).contains(status.kind), (0...999).contains(status.subject), (0...999).contains(status.detail),
            TypedName.isAtom(action.description)
        else { throw .token }
        try writer.field("Original-Recipient", original)
        try writer.field("Final-Recipient", final)
        try writer.field("Action", action.description)
        let comment = statusComment.isEmpty ? "" : " " + ReportComment.written(statusComment)
        try writer.field("Status", status.description + comment)
        try writer.field("Remote-MTA", remoteMTA)
        try writer.field("Diagnostic-Code", diagnostic)
        for text in localizedDiagnostics { try writer.field("Localized-Diagnostic", text) }
        try writer.field("Last-Attempt-Date", lastAttempt)
        try writer.field("Final-Log-ID", finalLogID)
        try writer.field("Will-Retry-Until", willRetryUntil)
        try writer.fields(otherFields)
    }
}
