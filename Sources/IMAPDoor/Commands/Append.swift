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
        let target: Place
        do {
            target = try await place(request.mailbox, orElse: .tryCreate)
            try await target.mailbox.require(.insert, in: target.folder.id)
            try await intake.takeIn()
        } catch {
            throw try await intake.passOver(error)
        }
        do {
            let filed = try await file(intake.arrived, in: target)
            await intake.discard()
            return Completion("Appended", code: ResponseCode(appended: filed))
        } catch {
            await intake.discard()
            throw error
        }
    }

    /// Files messages, all in one commit.
    private func file(
        _ arrived: [AppendIntake.Arrived],
        in target: Place
    ) async throws -> [Filed] {
        guard let first = arrived.first, arrived.count == 1 else {
            throw Refusal.no(.cannot, "One message at a time")
        }
        return [
            try await target.mailbox.file(
                first.message,
                in: target.folder.id,
                flags: first.flags,
                keywords: first.keywords,
                date: first.date
            )
        ]
    }
}

extension ResponseCode {
    /// APPENDUID; nil if nothing was appended. RFC 4315 §3.
    init?(appended filed: [Filed]) {
        guard let first = filed.first else { return nil }
        if filed.count == 1 {
            self = .appendUID(uidValidity: first.uidValidity, uid: first.uid)
        } else {
            self = .appendUIDs(uidValidity: first.uidValidity, UIDSet(filed.lazy.map(\.uid)).ranges)
        }
    }
}
