internal import Octets

/// The keys of `authentication`.
enum AuthenticationKeys {
    static var all: [ConfigurationKey<Configuration.Authentication>] {
        let defaults = Configuration.Authentication()
        return [
            ConfigurationKey(
                "mechanisms",
                \.mechanisms,
                .list(of: .choice),
                default: defaults,
                "The SASL mechanisms that are offered, under TLS or where plaintextLogin allows; those of SCRAM with and "
                    + "without channel binding. EXTERNAL needs clientCertificates, GSSAPI a keytab, OAUTHBEARER and XOAUTH2 "
                    + "oauth. Without PLAIN and LOGIN there are no LOGIN, USER and PASS either. An application password cannot "
                    + "be used with SCRAM. For each of SCRAM, keys of every password are kept, on which whoever has the store "
                    + "can try passwords faster than on scrypt."
            ),
            ConfigurationKey(
                "passwords",
                \.passwords,
                .choice,
                default: defaults,
                "Who checks passwords that come as they are (not SCRAM): this service's directory, or saslauthd. Accounts are "
                    + "always the directory's."
            ),
            ConfigurationKey("saslauthd", \.saslauthd, .path, default: defaults, "The socket of saslauthd."),
            ConfigurationKey(
                "clientCertificates",
                \.clientCertificates,
                .object(clientCertificates, default: .init()),
                default: defaults,
                "Certificates that clients may show in TLS, for EXTERNAL. One stands for the account of the only mail address "
                    + "in its subjectAltName, or for the one named here."
            ),
            ConfigurationKey(
                "oauth",
                \.oauth,
                .object(oauth, default: .init()),
                default: defaults,
                "How tokens are checked, for OAUTHBEARER and XOAUTH2: signed ones by keys, others by asking who made them."
            ),
            ConfigurationKey(
                "gssapi",
                \.gssapi,
                .object(gssapi, default: .init()),
                default: defaults,
                "Kerberos, for GSSAPI."
            ),
        ]
    }

    private static var clientCertificates: [ConfigurationKey<Configuration.ClientCertificates>] {
        let defaults = Configuration.ClientCertificates()
        return [
            ConfigurationKey(
                "authorities",
                \.authorities,
                .path,
                default: defaults,
                isRequired: true,
                "The PEM file of the authorities whose certificates count. Clients with another one, or none, are served too."
            ),
            ConfigurationKey(
                "accounts",
                \.accounts,
                .list(of: .object(certificateAccount, default: .init())),
                default: defaults,
                "Accounts of certificates that do not name theirs."
            ),
        ]
    }

    private static var certificateAccount: [ConfigurationKey<Configuration.CertificateAccount>] {
        let defaults = Configuration.CertificateAccount()
        return [
            ConfigurationKey(
                "fingerprint",
                \.fingerprint,
                .fingerprint,
                default: defaults,
                isRequired: true,
                "SHA-256 of the certificate, as openssl x509 -fingerprint -sha256 shows it."
            ),
            ConfigurationKey(
                "account",
                \.account,
                .mailAddress,
                default: defaults,
                isRequired: true,
                "The address of the account."
            ),
        ]
    }

    private static var oauth: [ConfigurationKey<Configuration.OAuth>] {
        let defaults = Configuration.OAuth()
        return [
            ConfigurationKey(
                "keys",
                \.keys,
                .path,
                default: defaults,
                "The file with the public keys (JWK Set) of who signs tokens. It is read again when it changes."
            ),
            ConfigurationKey(
                "introspection",
                \.introspection,
                .object(introspection, default: .init()),
                default: defaults,
                "Where tokens are asked about that are not signed (RFC 7662). Answers are remembered for a minute."
            ),
            ConfigurationKey(
                "issuer",
                \.issuer,
                .word,
                default: defaults,
                "Who must have made a token, its claim iss. A set of keys of one issuer needs none."
            ),
            ConfigurationKey(
                "audience",
                \.audience,
                .word,
                default: defaults,
                "For whom it must be made, its claim aud. Without it there must be a scope, or tokens made for others would be good here."
            ),
            ConfigurationKey(
                "scope",
                \.scope,
                .word,
                default: defaults,
                "What it must be good for, its claim scope or scp."
            ),
            ConfigurationKey(
                "accountClaim",
                \.accountClaim,
                .word,
                default: defaults,
                "The claim with the account's address."
            ),
            ConfigurationKey(
                "openIDConfiguration",
                \.openIDConfiguration,
                .word,
                default: defaults,
                "The URL that clients are told whose token was refused."
            ),
        ]
    }

    private static var introspection: [ConfigurationKey<Configuration.Introspection>] {
        let defaults = Configuration.Introspection()
        return [
            ConfigurationKey(
                "url",
                \.url,
                .word,
                default: defaults,
                isRequired: true,
                "The endpoint, such as \"https://id.example.com/introspect\"; http:// for an address of this host only."
            ),
            ConfigurationKey(
                "client",
                \.client,
                .word,
                default: defaults,
                isRequired: true,
                "This service's name there."
            ),
            ConfigurationKey(
                "secretFile",
                \.secretFile,
                .path,
                default: defaults,
                isRequired: true,
                "The file whose first line is its secret."
            ),
            ConfigurationKey(
                "authorities",
                \.authorities,
                .path,
                default: defaults,
                "The PEM file of the authorities that vouch for it; without one, the system's."
            ),
        ]
    }

    private static var gssapi: [ConfigurationKey<Configuration.Kerberos>] {
        let defaults = Configuration.Kerberos()
        return [
            ConfigurationKey(
                "keytab",
                \.keytab,
                .path,
                default: defaults,
                isRequired: true,
                "The file with the keys of imap/HOSTNAME, smtp/HOSTNAME and pop/HOSTNAME."
            ),
            ConfigurationKey(
                "domain",
                \.domain,
                .hostname,
                default: defaults,
                isRequired: true,
                "The domain of its users."
            ),
        ]
    }
}

extension ConfigurationType where Value == String {
    /// 32 octets in hexadecimal, with or without colons; read as lower case without them.
    fileprivate static var fingerprint: Self {
        let name = "64 hexadecimal digits, with or without colons"
        return ConfigurationType(
            name: name,
            read: { node, reader throws(ConfigurationError) in
                guard case .string(let text) = node.value else { throw reader.error(node, expected: name) }
                let digits = text.utf8.filter { $0 != UInt8(ascii: ":") }
                guard digits.count == 64, digits.allSatisfy({ $0.hexValue != nil }) else {
                    throw reader.error(node, expected: name)
                }
                return String(decoding: digits, as: UTF8.self).asciiLowercased
            },
            show: { "\"\($0)\"" }
        )
    }
}

extension Configuration {
    /// A token that somebody got for another service is not good here. RFC 8725 §3.9.
    func checkTokens(_ members: [JSON5.Member], _ reader: ConfigurationReader) throws(ConfigurationError) {
        guard authentication.oauth.audience.isEmpty, authentication.oauth.scope.isEmpty,
            case .object(let keys)? = members.first(where: { $0.name == "authentication" })?.value.value,
            let node = keys.first(where: { $0.name == "oauth" })?.value
        else { return }
        throw ConfigurationError(
            file: reader.file,
            position: node.position,
            found: "neither audience nor scope",
            expected: "audience: text, or tokens made for other services would be good here"
        )
    }
}
