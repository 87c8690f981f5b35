internal import DNS
internal import Octets
internal import Resolver
internal import TransportPolicy

extension ShownAnswer {
    /// Where mail for a domain would go, and how safely.
    struct Mail {
        /// A host that takes mail.
        struct Host {
            var server: MailServers.Server
            var addresses: Result<HostAddresses, LookupError>
            /// What DANE asks of the connection to it.
            var dane: Result<DANE, LookupError>
        }

        var servers: MailServers
        var hosts: [Host] = []
        /// The record of MTA-STS; nil if there is none. The policy that it tells of is not fetched.
        var strictTransport: StrictTransport.Record?

        init(of domain: String, by names: some NameService) async throws(LookupError) {
            servers = try await names.mailServers(of: domain)
            for server in servers.servers {
                let addresses: Result<HostAddresses, LookupError>
                do throws(LookupError) { addresses = .success(try await names.addresses(of: server.name)) } catch {
                    addresses = .failure(error)
                }
                var dane: Result<DANE, LookupError> = addresses.map { _ in .none }
                if case .success(let found) = addresses {
                    do throws(LookupError) {
                        dane = .success(
                            try await names.dane(of: server.name, addresses: found, in: servers, for: domain)
                        )
                    } catch { dane = .failure(error) }
                }
                hosts.append(Host(server: server, addresses: addresses, dane: dane))
            }
            guard !hosts.isEmpty else { return }
            // As delivery would: without an answer there is none.
            let texts = try? await names.text(of: StrictTransport.recordName(of: domain))
            strictTransport = StrictTransport.Record(texts: texts ?? [])
        }

        // MARK: Text

        var lines: [String] {
            let verdict =
                switch servers.kind {
                case .exchanges: "mail goes to the first of these that takes it:"
                case .implicit: "without MX records mail goes to the host itself:"
                case .null: "null MX: the domain takes no mail, it is returned at once"
                case .none: "there is no host to take mail, it is returned at once"
                case .noSuchDomain: "there is no such domain, mail for it is returned at once"
                }
            let policy = strictTransport.map { ["it has a policy of MTA-STS, \($0.id)"] } ?? []
            return ["", verdict] + hosts.map(Self.line) + policy
        }

        private static func line(of host: Host) -> String {
            let start = "\(host.server.preference) \(host.server.name): "
            switch host.addresses {
            case .failure(let error): return start + ShownAnswer.text(of: error)
            case .success(let found):
                guard !found.addresses.isEmpty else { return start + "no address" }
                let trust = found.isAuthenticated ? " (AD)" : ""
                return start + found.addresses.map { "\($0)" }.joined(separator: " ") + trust + text(of: host.dane)
            }
        }

        private static func text(of dane: Result<DANE, LookupError>) -> String {
            switch dane {
            case .success(.none): ""
            case .success(.unusable): ", TLS by DANE, unverified"
            case .success(.usable(let associations, _)):
                ", TLS by DANE: "
                    + associations.map { "\($0.usage) \($0.selector) \($0.matchingType)" }.joined(separator: ", ")
            case .failure(let error): ", DANE: \(ShownAnswer.text(of: error))"
            }
        }
    }
}

// MARK: JSON

extension ShownAnswer.Mail: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("kind", "\(servers.kind)")
            json.member("authenticated", servers.isAuthenticated)
            json.member("servers") { json in
                json.array { json in for host in hosts { json.value(host) } }
            }
            json.member("mtaSTS", strictTransport?.id)
        }
    }
}

extension ShownAnswer.Mail.Host: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", server.name)
            json.member("preference", Int(server.preference))
            switch addresses {
            case .success(let found):
                json.member("addresses") { json in
                    json.array { json in for address in found.addresses { json.string("\(address)") } }
                }
                json.member("authenticated", found.isAuthenticated)
                json.member("dane", word)
            case .failure(let error): json.member("error", ShownAnswer.word(of: error))
            }
        }
    }

    private var word: String {
        switch dane {
        case .success(.none): "none"
        case .success(.unusable): "unusable"
        case .success(.usable): "usable"
        case .failure(let error): ShownAnswer.word(of: error)
        }
    }
}
