import Gateway
import Network
import Queue
import SMTPClient
import Testing

@testable import portico

@Suite struct CommandTests {
    private static func query(_ words: String...) -> JobQuery { (try? JobQuery(words: words)) ?? JobQuery() }

    @Test(arguments: [
        ("--help", Command.help), ("help", .help), ("serve --help", .help), ("demo -h", .help), ("--version", .version),
        ("serve --config a.json5", .serve(configuration: "a.json5")),
        ("serve --config=a.json5", .serve(configuration: "a.json5")),
        ("config check a.json5", .checkConfiguration(file: "a.json5")), ("config describe", .describeConfiguration),
        ("domain add a.test --config f", .administer(.addDomain("a.test"), .configuration("f"))),
        ("domain --data d remove a.test", .administer(.removeDomain("a.test"), .data("d"))),
        ("domain list --data d", .administer(.listDomains, .data("d"))),
        ("account add a@b --data d", .addAccount(address: "a@b", name: "", .data("d"))),
        (
            "account add a@b --name A --password p --data d",
            .administer(.addAccount("a@b", name: "A", password: "p"), .data("d"))
        ),
        ("account password a@b --data d", .setPassword(address: "a@b", .data("d"))),
        ("account password a@b --password=p=q --data d", .administer(.setPassword("a@b", password: "p=q"), .data("d"))),
        (
            "account suspend a@b --reason spam --data d",
            .administer(.suspendAccount("a@b", reason: "spam"), .data("d"))
        ),
        ("account resume a@b --data d", .administer(.resumeAccount("a@b"), .data("d"))),
        ("account remove a@b --data d", .administer(.removeAccount("a@b"), .data("d"))),
        ("account list --data d", .administer(.listAccounts(domain: nil), .data("d"))),
        ("account list --domain x --data d", .administer(.listAccounts(domain: "x"), .data("d"))),
        ("alias add t@b x@b y@b --data d", .administer(.addAlias("t@b", targets: ["x@b", "y@b"]), .data("d"))),
        ("alias remove t@b --data d", .administer(.removeAlias("t@b"), .data("d"))),
        ("alias list --data d", .administer(.listAliases(domain: nil), .data("d"))),
        ("status --data d", .administer(.status, .data("d"))),
        ("account show a@b --data d", .administer(.account(.show("a@b")), .data("d"))),
        (
            "account set a@b x=1 y=default --data d",
            .administer(.account(.set("a@b", ["x=1", "y=default"])), .data("d"))
        ),
        ("domain set b x=1 --data d", .administer(.account(.setDomain("b", ["x=1"])), .data("d"))),
        ("domain show b --data d", .administer(.account(.showDomain("b")), .data("d"))),
        (
            "account app-password add a@b --label L --days 9 imap read-only --data d",
            .administer(
                .account(.addAppPassword("a@b", label: "L", days: 9, scopes: ["imap", "read-only"])),
                .data("d")
            )
        ),
        ("account app-password list a@b --data d", .administer(.account(.listAppPasswords("a@b")), .data("d"))),
        (
            "account app-password remove a@b 12 --data d",
            .administer(.account(.removeAppPassword("a@b", id: "12")), .data("d"))
        ),
        ("account sign-ins a@b --data d", .administer(.account(.signIns("a@b", isJSON: false)), .data("d"))),
        ("account sign-ins a@b --json --data d", .administer(.account(.signIns("a@b", isJSON: true)), .data("d"))),
        ("account allow a@b ::1 --data d", .administer(.account(.allow("a@b", network: "::1")), .data("d"))),
        ("account disallow a@b ::1 --data d", .administer(.account(.disallow("a@b", network: "::1")), .data("d"))),
        (
            "queue list --data d",
            .administer(.queue(.list(JobQuery(), after: nil, limit: 100, isJSON: false)), .data("d"))
        ),
        (
            "queue list --queue outgoing --older-than 2h --held --limit 7 --after 1-0- --json --data d",
            .administer(
                .queue(
                    .list(
                        query("queue=outgoing", "older_than=2h", "held=true"),
                        after: "1-0-",
                        limit: 7,
                        isJSON: true
                    )
                ),
                .data("d")
            )
        ),
        ("queue show 06e8tn2kg4000 --data d", .administer(.queue(.show("06e8tn2kg4000", isJSON: false)), .data("d"))),
        (
            "queue hold 06e8tn2kg4000 06e8tn2kg4000.1 --data d",
            .administer(.queue(.changeNamed(.hold, ["06e8tn2kg4000", "06e8tn2kg4000.1"])), .data("d"))
        ),
        (
            "queue release --not-held --sender <> --data d",
            .administer(.queue(.change(.release, query("held=false", "sender=<>"), after: nil)), .data("d"))
        ),
        (
            "queue delete --account a@b --recipient c@d --data d",
            .administer(.queue(.change(.delete, query("account=a@b", "recipient=c@d"), after: nil)), .data("d"))
        ),
        (
            "queue retry --domain a.test --data d",
            .administer(.queue(.change(.retry, query("domain=a.test"), after: nil)), .data("d"))
        ),
        (
            "queue route mx.test:26 --domain a.test --data d",
            .administer(.queue(.change(.route("mx.test:26"), query("domain=a.test"), after: nil)), .data("d"))
        ),
        (
            "queue route - 06e8tn2kg4000 --data d",
            .administer(.queue(.changeNamed(.route(nil), ["06e8tn2kg4000"])), .data("d"))
        ),
        (
            "queue pause a.test --data d",
            .administer(.queue(.setPaused(true, domain: "a.test", queue: .outgoing)), .data("d"))
        ),
        (
            "queue resume a.test --queue incoming --config f",
            .administer(.queue(.setPaused(false, domain: "a.test", queue: .incoming)), .configuration("f"))
        ), ("queue stats --json --data d", .administer(.queue(.statistics(isJSON: true)), .data("d"))),
        ("trace <1@a.test> --data d", .administer(.queue(.trace("<1@a.test>", isJSON: false)), .data("d"))),
        ("trace 1@a.test --json --data d", .administer(.queue(.trace("1@a.test", isJSON: true)), .data("d"))),
        ("domain add --data d -- -x", .administer(.addDomain("-x"), .data("d"))),
        ("bench shapes", .bench(.shapes(sizes: [1, 10, 100], names: []))),
        ("bench shapes --sizes 2 parts", .bench(.shapes(sizes: [2], names: ["parts"]))),
        ("bench mime --task text --seconds 1 a b", .bench(.mime(tasks: [.text], seconds: 1, paths: ["a", "b"]))),
    ])
    func understands(_ line: String, _ expected: Command) throws {
        #expect(try Command(parsing: line.split(separator: " ").map(String.init)) == expected)
    }

    @Test(arguments: [
        ("message show", MessageCommand.Action.show, false, ["-"]), ("message lint a b", .lint, false, ["a", "b"]),
        ("message --json text - a", .text, true, ["-", "a"]),
    ])
    func understandsMessage(_ line: String, _ action: MessageCommand.Action, _ isJSON: Bool, _ files: [String]) throws {
        let command = try Command(parsing: line.split(separator: " ").map(String.init))
        guard case .message(let message) = command else {
            Issue.record("no message")
            return
        }
        #expect(message.action == action && message.isJSON == isJSON && message.files == files)
    }

    @Test(arguments: [
        ("--to mx.test", "mx.test", 25, Security.opportunistic(serverName: "mx.test")),
        ("--to mx.test:2525 --tls none", "mx.test", 2525, .plaintext),
        ("--to [::1]:24 --lmtp --tls required", "::1", 24, .required(TLSExpectation(serverName: "::1"))),
        ("--to ::1 --tls implicit", "::1", 465, .implicit(TLSExpectation(serverName: "::1"))),
        (
            "--to 192.0.2.1 --verify a.test", "192.0.2.1", 25,
            .required(TLSExpectation(serverName: "a.test", verification: .names(["a.test"])))
        ),
    ])
    func understandsSend(_ options: String, _ host: String, _ port: Int, _ security: Security) throws {
        let line = "send \(options) --from a@b.test --rcpt c@d.test,e@d.test -v -"
        let command = try Command(parsing: line.split(separator: " ").map(String.init))
        guard case .send(let send) = command else {
            Issue.record("not to be sent")
            return
        }
        #expect(send.host == host && send.port == port && send.security == security && send.isVerbose)
        #expect(send.recipients.map { "\($0.forwardPath)" } == ["c@d.test", "e@d.test"])
        #expect("\(send.reversePath)" == "a@b.test" && send.file == "-")
    }

    @Test(arguments: [
        "--to h --from a@b f", "--to h --from a@b --rcpt c@d", "--to h:0 --from a@b --rcpt c@d f",
        "--to h --from @ --rcpt c@d f", "--to h --from a@b --rcpt d f", "--to h --from a@b --rcpt c@d --tls maybe f",
        "--to h --from a@b --rcpt c@d --tls none --verify h f", "--to h --from a@b --rcpt c@d --tlsa 3 f",
        "--to h --from a@b --rcpt c@d --body 9bit f", "--to h --from a@b --rcpt c@d --notify MAYBE f",
    ])
    func refusesSend(_ options: String) {
        let words = ["send"] + options.split(separator: " ").map(String.init)
        #expect(throws: UsageError.self) { try Command(parsing: words) }
    }

    @Test func understandsDemo() throws {
        let words = "demo --data d --port-base 30000 --accounts 10000 --password p".split(separator: " ").map(
            String.init
        )
        guard case .demo(let options) = try Command(parsing: words) else {
            Issue.record("no demo")
            return
        }
        #expect(options.dataDirectory == "d" && options.portBase == 30_000)
        #expect(options.accounts == 10_000 && options.password == "p")
    }

    @Test(arguments: [
        ("", "a command is missing"), ("frobnicate", "unknown command 'frobnicate'"),
        ("serve", "option '--config' is missing"), ("serve --config", "option '--config' needs a value"),
        ("serve --confg x", "unknown option '--confg'"), ("serve --config x y", "'y' is one word too many"),
        ("serve --config x --config y", "option '--config' is given twice"),
        ("demo --port-base x", "option '--port-base' needs a whole number from 1 to 64000, not 'x'"),
        ("demo --port-base 64001", "option '--port-base' needs a whole number from 1 to 64000, not '64001'"),
        ("demo -v", "unknown option '-v'"), ("config", "check or describe is missing"),
        ("config check", "FILE is missing"), ("config show", "unknown command 'config show'"),
        ("domain --data d", "what to do with the domain is missing"), ("domain add --data d", "DOMAIN is missing"),
        ("domain rename a --data d", "unknown command 'domain rename'"), ("account add --data d", "ADDRESS is missing"),
        ("account set a@b --data d", "KEY=VALUE is missing"), ("account allow a@b --data d", "NETWORK is missing"),
        ("account app-password --data d", "add, list or remove is missing"),
        ("account app-password add a@b imap --data d", "option '--label' is missing"),
        ("account app-password add a@b --label x --data d", "SCOPE is missing: imap, pop3, smtp, rest, sieve"),
        ("account app-password show a@b --data d", "unknown command 'account app-password show'"),
        ("account list --json --data d", "unknown option '--json'"),
        ("account list --name x --data d", "unknown option '--name'"), ("alias add a@b --data d", "ACCOUNT is missing"),
        ("message", "show, structure, text, headers, attachments or lint is missing"),
        ("message look", "unknown command 'message look'"),
        ("message show --json --json", "option '--json' is given twice"),
        ("message show --json=x", "option '--json' has no value"), ("bench", "mime or shapes is missing"),
        ("bench mime", "PATH is missing"), ("bench mime --task x y", "unknown task 'x'"),
        (
            "bench shapes --sizes 0",
            "option '--sizes' needs whole numbers of megabytes from 1 to 1000, as in 1,10,100"
        ), ("bench shapes x", "unknown shape 'x'"),
        ("queue --data d", "what to do with the queue is missing"), ("queue eat", "unknown command 'queue eat'"),
        ("queue hold --data d", "an ID or a filter is missing: which jobs?"),
        ("queue hold 06e8tn2kg4000 --domain a --data d", "IDs and filters exclude each other"),
        ("queue hold x --data d", "'x' is no id of a message or a job"), ("queue show --data d", "ID is missing"),
        ("queue show 06e8tn2kg4000 --held --data d", "unknown option '--held'"),
        ("queue route --data d", "HOST is missing; - is for where DNS says"),
        ("queue list --limit 0", "option '--limit' needs a whole number from 1 to 10000, not '0'"),
        ("queue list --held --not-held --data d", "'held' is given twice"),
        ("queue list --older-than soon --data d", "'soon' is no time such as 90s, 5m, 2h or 3d"),
        ("queue pause a --queue inbox --data d", "option '--queue' needs the name of a queue"),
        ("queue list", "option '--config' or '--data' is missing: whose directory is it?"),
        ("trace --data d", "MESSAGE-ID is missing"),
        ("domain list", "option '--config' or '--data' is missing: whose directory is it?"),
        ("domain list --data d --config c", "options '--config' and '--data' exclude each other"),
    ])
    func refuses(_ line: String, _ message: String) {
        let words = line.split(separator: " ").map(String.init)
        #expect(throws: UsageError(message)) { try Command(parsing: words) }
    }
}
