internal import IMAP
internal import Mailbox

extension Session {
    /// APPEND: one message, or several of which all are filed or none; each comes as octets, which go into the mailbox in
    /// pieces as they arrive, or is put together from octets and parts of other messages. RFC 9051 §6.3.12; MULTIAPPEND
    /// RFC 3502, CATENATE RFC 4469, LITERAL+ RFC 7888, literal8 RFC 3516 §4.4, UTF8 RFC 6855 §4, APPENDUID RFC 4315 §3.
    ///
    /// Octets in a header that are no ASCII are taken in every form, though RFC 6855 §4 would have them refused without
    /// UTF8: they are in much old mail, and who moves that mail here would lose it.
    func append(_ request: AppendRequest) async throws -> Completion {
        let intake = AppendIntake(request, of: .append(request), self)
        let appended = try await intake.file { () async throws in
            let target = try await place(request.mailbox, orElse: .tryCreate)
            try await target.mailbox.require(.insert, in: target.folder.id)
            return AppendIntake.Destination(place: target)
        }
        return Completion("Appended", code: ResponseCode(appended))
    }
}

extension ResponseCode {
    /// APPENDUID. RFC 4315 §3, for several messages RFC 3502 §6.
    init(_ appended: Appended) {
        let ranges = appended.uids.ranges
        if let first = ranges.first, ranges.count == 1, first.count == 1 {
            self = .appendUID(uidValidity: appended.uidValidity, uid: first.lowerBound)
        } else {
            self = .appendUIDs(uidValidity: appended.uidValidity, ranges)
        }
    }
}
