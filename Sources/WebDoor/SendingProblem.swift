internal import Admission
internal import HTTP

extension Problem {
    /// What the client is told whose message is not sent.
    init(_ refusal: SendingRefusal) {
        switch refusal {
        case .suspended: self.init(.forbidden, "sending_suspended", "\(refusal).")
        case .hourly(_, let seconds), .daily(_, let seconds):
            self.init(.tooManyRequests, "sending_limit", "\(refusal).")
            fields = [("Retry-After", "\(seconds)")]
        case .rate:
            self.init(.tooManyRequests, "sending_limit", "\(refusal).")
            fields = [("Retry-After", "60")]
        case .author, .headerTooLarge: self.init(.unprocessableContent, "invalid", "\(refusal).")
        case .unavailable: self = .failure(refusal)
        }
    }
}
