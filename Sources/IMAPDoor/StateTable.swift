internal import IMAP
internal import Mailbox

extension Session {
    /// The state table: every legal pair of state and command has one line. RFC 3501 §6.
    func execute(_ command: Command) async throws -> Completion {
        switch (phase, command) {
        case (_, .capability): return capability()
        case (_, .noop): return noop()
        case (_, .logout): return logout()
        case (_, .id(let client)): return identify(client)

        case (.notAuthenticated, .startTLS): return try startTLS()
        case (.notAuthenticated, .login(let user, let password)): return try await login(user, password)
        case (.notAuthenticated, .authenticate(let mechanism, let initial)):
            return try await authenticate(mechanism, initial)
        // The message that follows unasked would be taken for commands, and a stranger's is not worth passing over.
        case (.notAuthenticated, let command) where command.appendRequest?.isSynchronising == false:
            throw Refusal(kind: .closing, text: "Sign in first")
        case (.notAuthenticated, _): throw Refusal.bad("Sign in first")

        case (.authenticated(let mailbox), let command), (.selected(let mailbox, _), let command):
            if let completion = try await executeOnFolders(command, mailbox) { return completion }
            guard case .selected(_, let selection) = phase else { throw Refusal.bad("No mailbox is selected") }
            return try await executeOnMessages(command, selection.mailbox, selection)
        }
    }

    /// Commands of the authenticated state; nil for those that need a selected mailbox. RFC 3501 §6.3.
    private func executeOnFolders(_ command: Command, _ mailbox: any Mailbox) async throws -> Completion? {
        switch command {
        case .select(let name, let parameters): try await select(name, parameters, mailbox, isReadOnly: false)
        case .examine(let name, let parameters): try await select(name, parameters, mailbox, isReadOnly: true)
        case .create(let name, let uses): try await create(name, uses)
        case .delete(let name): try await delete(name, mailbox)
        case .rename(let old, let new): try await rename(old, new)
        case .subscribe(let name): try await subscribe(name, true, mailbox)
        case .unsubscribe(let name): try await subscribe(name, false, mailbox)
        case .list(let request): try await list(request, mailbox)
        case .lsub(let reference, let pattern): try await lsub(reference, pattern, mailbox)
        case .namespace: namespace()
        case .status(let name, let attributes): try await status(name, attributes)
        case .append(let request): try await append(request)
        case .replace(let request): try await replace(request)
        case .login, .authenticate: throw Refusal.bad("Already signed in")
        case .startTLS: throw Refusal.bad("Only before signing in")
        case .enable(let names): try await enable(names, mailbox)
        case .getQuota(let root): try await getQuota(root, mailbox)
        case .getQuotaRoot(let name): try await getQuotaRoot(name)
        case .setQuota(let root, let limits): try await setQuota(root, limits, mailbox)
        case .getACL(let name): try await getACL(name)
        case .setACL(let name, let identifier, let change): try await setACL(name, identifier, change)
        case .deleteACL(let name, let identifier): try await deleteACL(name, identifier)
        case .listRights(let name, let identifier): try await listRights(name, identifier)
        case .myRights(let name): try await myRights(name)
        case .getMetadata(let request): try await getMetadata(request, mailbox)
        case .setMetadata(let name, let items): try await setMetadata(name, items, mailbox)
        case .notify(let request): try await notify(request, mailbox)
        case .multiSearch(let request): try await multiSearch(request, mailbox)
        case .genURLAuth(let rumps): try await genURLAuth(rumps)
        case .resetKey(let name, let mechanisms): try await resetKey(name, mechanisms, mailbox)
        case .urlFetch(let urls): try await urlFetch(urls)
        case .compress(let algorithm): try compress(algorithm)
        case .unauthenticate: try unauthenticate()
        // There is one language of texts, and I18NLEVEL=1 needs neither. RFC 5255 §3, §4.
        case .language, .comparator: throw Refusal.bad("Not supported")
        default: nil
        }
    }

    /// Commands of the selected state. RFC 3501 §6.4.
    private func executeOnMessages(
        _ command: Command,
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws -> Completion {
        switch command {
        case .close: return try await close(mailbox, selection)
        case .unselect: return unselect()
        default: try await requireReadable(mailbox, selection)
        }
        return switch command {
        case .check: check()
        case .expunge: try await expunge(nil, mailbox, selection)
        case .uidExpunge(let set): try await expunge(set, mailbox, selection)
        case .search(let request): try await search(request, mailbox, selection)
        case .sort(let request): try await sort(request, mailbox, selection)
        case .thread(let request): try await thread(request, mailbox, selection)
        case .cancelUpdate(let tags): try cancelUpdate(tags, selection)
        case .fetch(let request): try await fetch(request, mailbox, selection)
        case .store(let request): try await store(request, mailbox, selection)
        case .copy(let request): try await copy(request, mailbox, selection)
        case .move(let request): try await move(request, mailbox, selection)
        default: throw Refusal.bad("Not in this state")
        }
    }

    /// Who may not read another's folder any more reads nothing more of it, though it was selected when they might. What
    /// of it was handed out before can still be read from the store. RFC 4314 §4.
    private func requireReadable(_ mailbox: any Mailbox, _ selection: Selection) async throws {
        guard mailbox.user != mailbox.account else { return }
        do throws(MailboxError) {
            try await mailbox.require(.read, in: selection.folder)
        } catch {
            throw Refusal.unreadable(error)
        }
    }
}

extension Refusal {
    /// The end of a session whose selected folder is gone, or may not be read any more: no numbers are left to speak about.
    /// Other errors are as ever.
    static func unreadable(_ error: MailboxError) -> Refusal {
        switch error {
        case .noSuchFolder: Refusal(kind: .closing, code: .nonexistent, text: "Selected mailbox was deleted")
        case .noPermission: Refusal(kind: .closing, code: .noPermission, text: "You may not read it any more")
        default: Refusal(error)
        }
    }
}
