internal import HTTP
internal import Network

extension WebDoor {
    /// What became of a report that somebody posted.
    public enum ReportOutcome: Hashable, Sendable {
        /// It is kept.
        case kept
        /// It is no report, or about nothing of ours.
        case useless
        /// There is no room for it today.
        case tooMany
        /// The store failed.
        case failed
    }

    /// Keeps a report on TLS, compressed or not, from the host `peer`. RFC 8460.
    public typealias TakeReport = @Sendable (_ file: [UInt8], _ peer: String) async -> ReportOutcome
}

extension Session {
    /// Octets of a report as it is sent.
    private static let reportLimit = 1 << 20

    /// `POST /v1/tls-reports`: how TLS went with our servers, as others tell. Nobody signs in for that. RFC 8460 §5.4.
    mutating func takeReport(_ head: RequestHead) async throws(Ending) -> Response {
        guard let take = door.takeReport else { throw .problem(.notFound) }
        let mediaType = (head.only("content-type") ?? "").prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        guard ["application/tlsrpt+gzip", "application/tlsrpt+json"].contains(mediaType.lowercased()) else {
            throw .problem(
                Problem(.unsupportedMediaType, "unsupported_media_type", "The body must be a report on TLS.")
            )
        }
        let file = try await readBody(limit: Self.reportLimit)
        switch await take(file, stream.peer.host) {
        case .kept: return Response(.created)
        case .useless:
            throw .problem(Problem(.unprocessableContent, "invalid", "That is no report about domains of this server."))
        case .tooMany: throw .problem(Problem(.tooManyRequests, "limit", "There are too many reports today."))
        case .failed: throw .problem(.failure(ReportLost()))
        }
    }
}

/// The log has more about it.
private struct ReportLost: Error {}
