public import Octets

/// How TLS went with a domain in a day: what its owner is told, or what others tell us of our own. RFC 8460 §4.
public struct TLSReport: Hashable, Sendable {
    /// Connections that failed in one way.
    public struct Failure: Hashable, Sendable {
        /// What failed: `starttls-not-supported`, `certificate-expired`, … RFC 8460 §4.3.
        public var type: String
        /// The address that it was sent from; empty if it is not told.
        public var sendingAddress: String
        /// The name of the server; empty if it is not told.
        public var receivingHost: String
        /// Its address; empty if it is not told.
        public var receivingAddress: String
        /// How many connections; at least 1.
        public var count: Int
        /// More of it, as the TLS library says it; empty if there is nothing.
        public var reason: String

        /// Connections that failed so.
        public init(
            type: String,
            sendingAddress: String = "",
            receivingHost: String = "",
            receivingAddress: String = "",
            count: Int,
            reason: String = ""
        ) {
            self.type = type
            self.sendingAddress = sendingAddress
            self.receivingHost = receivingHost
            self.receivingAddress = receivingAddress
            self.count = count
            self.reason = reason
        }
    }

    /// How it went under one policy.
    public struct Policy: Hashable, Sendable {
        /// `sts`, `tlsa` or `no-policy-found`.
        public var type: String
        /// The policy itself.
        public var strings: [String]
        /// The domain that it is of.
        public var domain: String
        /// Patterns of hosts.
        public var hosts: [String]
        /// Connections that held to it.
        public var successes: Int
        /// Connections that did not.
        public var failures: Int
        /// In which ways.
        public var details: [Failure]

        /// A policy of that domain, of which nothing is said.
        public init(type: String, strings: [String] = [], domain: String, hosts: [String] = []) {
            self.type = type
            self.strings = strings
            self.domain = domain
            self.hosts = hosts
            successes = 0
            failures = 0
            details = []
        }
    }

    /// Who reports.
    public var organization: String
    /// The first second, in RFC 3339's form.
    public var start: String
    /// The last second.
    public var end: String
    /// Where to ask.
    public var contact: String
    /// The name of the report, unlike all others of who reports.
    public var id: String
    /// How it went.
    public var policies: [Policy]

    /// A report of those.
    public init(
        organization: String,
        start: String,
        end: String,
        contact: String,
        id: String,
        policies: [Policy]
    ) {
        self.organization = organization
        self.start = start
        self.end = end
        self.contact = contact
        self.id = id
        self.policies = policies
    }
}

extension TLSReport: JSONWritable {
    /// Writes the report. RFC 8460 §4.4.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("organization-name", organization)
            json.member("date-range") { json in
                json.object { json in
                    json.member("start-datetime", start)
                    json.member("end-datetime", end)
                }
            }
            json.member("contact-info", contact)
            json.member("report-id", id)
            json.member("policies", policies)
        }
    }
}

extension TLSReport.Policy: JSONWritable {
    /// Writes a member of `policies`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("policy") { json in
                json.object { json in
                    json.member("policy-type", type)
                    if !strings.isEmpty { json.member("policy-string", strings) }
                    json.member("policy-domain", domain)
                    if !hosts.isEmpty { json.member("mx-host", hosts) }
                }
            }
            json.member("summary") { json in
                json.object { json in
                    json.member("total-successful-session-count", successes)
                    json.member("total-failure-session-count", failures)
                }
            }
            if !details.isEmpty { json.member("failure-details", details) }
        }
    }
}

extension TLSReport.Failure: JSONWritable {
    /// Writes a member of `failure-details`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("result-type", type)
            if !sendingAddress.isEmpty { json.member("sending-mta-ip", sendingAddress) }
            if !receivingHost.isEmpty { json.member("receiving-mx-hostname", receivingHost) }
            if !receivingAddress.isEmpty { json.member("receiving-ip", receivingAddress) }
            json.member("failed-session-count", count)
            if !reason.isEmpty { json.member("failure-reason-code", reason) }
        }
    }
}
