internal import Admission
internal import Directory
internal import Mailbox
internal import Octets

extension Configuration {
    /// What the mailboxes are told of it.
    var mailboxes: StoreMailboxService.Configuration {
        var settings = StoreMailboxService.Configuration()
        func limit(_ number: Int) -> Int? { number > 0 ? number : nil }
        settings.quota.storage = limit(quota.storage)
        settings.quota.messages = limit(quota.messages)
        settings.quota.folders = limit(quota.folders)
        settings.administrator = "mailto:" + Self.escaped(postmaster.isEmpty ? "postmaster@" + hostname : postmaster)
        return settings
    }

    /// What the gatekeeper is told of it.
    var admission: AdmissionSettings {
        var settings = incoming.admission
        settings.ownNames.append(hostname)
        settings.greylist.isOn = settings.greylist.delay > .zero
        return settings
    }

    /// What the directory is told of it.
    var directoryLimits: StoreDirectory.Limits {
        var limits = StoreDirectory.Limits()
        limits.guesses.window = wrongPasswords.window
        limits.guesses.failuresPerNetwork = wrongPasswords.perNetwork
        limits.guesses.failuresPerName = wrongPasswords.perAccount
        signIns.apply(to: &limits)
        limits.scramHashes = authentication.scramHashes
        return limits
    }

    /// An address as a URI has it: what is not surely allowed as it is, by its hexadecimal digits. RFC 6068 §2.
    private static func escaped(_ address: String) -> String {
        let plain = ByteClass.alphaNumeric.union(ByteClass("-._~@+"))
        let digits = Array("0123456789ABCDEF".utf8)
        var octets: [UInt8] = []
        for byte in address.utf8 {
            if plain.contains(byte) {
                octets.append(byte)
            } else {
                octets += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
