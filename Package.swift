// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// A floor never imports a floor above it; two doors never import each other; a protocol never imports the network or
// the store. The lists below are the only way one folder of Sources/ can see another.

/// Floor 0: module maps and header shims only.
let system: [Target] = [
    .systemLibrary(name: "CSystem"),
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CSASL"),
    .systemLibrary(name: "CRocksDB"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CIDN2"),
]

/// One folder under Sources/, with the folders that it may import.
func floor(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// One folder under Tests/, which mirrors the folder of Sources/ that it is named after.
func tests(of name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [.byName(name: name), "PorticoTesting"] + dependencies,
        swiftSettings: strict
    )
}

/// Fuzz targets, built only when the environment has FUZZ=1; see Interop/fuzz. Without it the properties that they check
/// are a test target, which replays Fixtures/fuzz.
let isFuzzing = Context.environment["FUZZ"] == "1"
let fuzzedFloors: [Target.Dependency] = [
    "Octets", "MIME", "Charset", "SMTP", "IMAP", "POP3", "HTTP", "DNS", "Resolver", "Store", "RocksStore", "Mailbox",
    "Gateway", "World", "Network", "Cryptography", "Directory", "SASL", "Delivery", "SMTPDoor", "IMAPDoor", "Returns",
    "TransportPolicy",
    "PorticoTesting",
]
let fuzzNames = [
    "SMTP", "SMTPSession", "IMAP", "IMAPSession", "POP3", "HTTP", "DNS", "Names", "Octets", "Store", "Configuration",
    "Header", "SASL",
    "Structure",
    "EncodedWord", "Address",
    "Date", "Base64", "QuotedPrintable", "Charset", "HTML", "PlainText", "Message", "Report", "Bounce",
].map { "Fuzz" + $0 }
let fuzz: [Target] =
    isFuzzing
    ? [
        .target(
            name: "FuzzProperties",
            dependencies: fuzzedFloors,
            path: "Tests/Fuzz/Properties",
            swiftSettings: strict
        )
    ]
        + fuzzNames.map { name in
            .executableTarget(
                name: name,
                dependencies: ["FuzzProperties"],
                path: "Tests/Fuzz/" + name,
                // libFuzzer has the main function.
                swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
            )
        }
    : [
        .testTarget(
            name: "FuzzTests",
            dependencies: fuzzedFloors,
            path: "Tests/Fuzz",
            exclude: fuzzNames,
            sources: ["Properties", "Replay"],
            swiftSettings: strict
        )
    ]

let package = Package(
    name: "Portico",
    products: [
        .library(name: "Octets", targets: ["Octets"]),
        .library(name: "MIME", targets: ["MIME"]),
        .library(name: "SMTP", targets: ["SMTP"]),
        .library(name: "IMAP", targets: ["IMAP"]),
        .library(name: "POP3", targets: ["POP3"]),
        .library(name: "HTTP", targets: ["HTTP"]),
        .library(name: "DNS", targets: ["DNS"]),
        .library(name: "Network", targets: ["Network"]),
        .library(name: "Resolver", targets: ["Resolver"]),
        .library(name: "SMTPClient", targets: ["SMTPClient"]),
        .library(name: "TransportPolicy", targets: ["TransportPolicy"]),
        .library(name: "Store", targets: ["Store", "RocksStore"]),
        .library(name: "Mailbox", targets: ["Mailbox"]),
        .executable(name: "portico", targets: ["portico"]),
    ] + (isFuzzing ? fuzzNames.map { .executable(name: $0, targets: [$0]) } : []),
    dependencies: [],
    targets: system + fuzz + [
        // 0 and 1: octets and languages. No I/O, no clock, no Foundation, no unsafe code.
        floor("Octets"),
        floor("MIME", "Octets"),
        floor("SMTP", "Octets"),
        floor("IMAP", "Octets"),
        floor("POP3", "Octets"),
        floor("HTTP", "Octets"),
        floor("DNS", "Octets"),

        // 2: what comes from outside, and the engines.
        floor("World", "CSystem"),
        floor("Charset", "Octets", "MIME", "CSystem"),
        floor("Cryptography", "COpenSSL"),
        floor("Network", "Octets", "World", "CSystem", "COpenSSL", "CZlib"),
        floor("Resolver", "Octets", "World", "DNS", "Network", "CIDN2"),
        floor("Store", "World"),
        floor("RocksStore", "Store", "World", "CRocksDB", "CSystem"),

        // 3 and 4: the mailbox, who owns it, and the way into it.
        floor("Directory", "Octets", "World", "Store", "Cryptography"),
        floor("Mailbox", "Octets", "World", "Store", "MIME", "Charset"),
        floor("Returns", "Octets", "World", "Store", "MIME", "SMTP", "Directory", "Cryptography"),
        floor("HTTPClient", "Octets", "World", "Network", "HTTP"),
        floor("SASL", "Octets", "World", "Network", "Cryptography", "Directory", "HTTPClient", "CSASL"),
        floor("SMTPClient", "Octets", "World", "Network", "SMTP", "MIME"),
        floor("Delivery", "Octets", "World", "Store", "MIME", "SMTP", "Cryptography", "Directory", "Mailbox"),
        floor("Admission", "Octets", "World", "DNS", "Resolver", "Store", "MIME", "SMTP", "Directory"),
        floor("Queue", "Octets", "World", "Store", "SMTP"),
        floor(
            "Relay",
            "Octets",
            "MIME",
            "World",
            "Network",
            "Store",
            "DNS",
            "Resolver",
            "SMTP",
            "SMTPClient",
            "Directory",
            "Mailbox",
            "Delivery",
            "Queue",
            "Returns",
            "HTTP",
            "HTTPClient",
            "TransportPolicy"
        ),
        floor(
            "TransportPolicy",
            "Octets",
            "World",
            "Store",
            "MIME",
            "DNS",
            "Resolver",
            "Returns",
            "Cryptography",
            "CZlib"
        ),

        // 5: the doors.
        floor(
            "SMTPDoor",
            "Octets",
            "World",
            "Network",
            "SMTP",
            "MIME",
            "Cryptography",
            "Directory",
            "Mailbox",
            "Delivery",
            "SASL",
            "Admission"
        ),
        floor(
            "IMAPDoor",
            "Octets",
            "World",
            "Cryptography",
            "Network",
            "IMAP",
            "MIME",
            "Charset",
            "Directory",
            "SASL",
            "Mailbox"
        ),
        floor("POP3Door", "Octets", "World", "Network", "POP3", "MIME", "Directory", "SASL", "Mailbox"),
        floor(
            "WebDoor",
            "SASL",
            "Octets",
            "World",
            "Network",
            "HTTP",
            "MIME",
            "Charset",
            "Directory",
            "Mailbox",
            "Delivery",
            "Store",
            "Admission",
            "SMTP",
            "Queue"
        ),

        // 6 and 7: the service and its command.
        floor(
            "Gateway",
            "CSystem",
            "Octets",
            "World",
            "Network",
            "Resolver",
            "Store",
            "RocksStore",
            "Cryptography",
            "Directory",
            "HTTPClient",
            "SASL",
            "Mailbox",
            "Delivery",
            "Admission",
            "SMTP",
            "SMTPDoor",
            "IMAPDoor",
            "POP3Door",
            "WebDoor",
            "Queue",
            "Returns",
            "SMTPClient",
            "TransportPolicy",
            "Relay"
        ),
        .executableTarget(
            name: "portico",
            dependencies: [
                "Gateway", "CSystem", "World", "Octets", "DNS", "Network", "Resolver", "MIME", "Charset", "SMTP",
                "SMTPClient", "TransportPolicy", "Queue",
            ],
            swiftSettings: strict
        ),

        // What tests share.
        .target(
            name: "PorticoTesting",
            dependencies: ["Octets", "World", "Network", "Store", "Cryptography"],
            swiftSettings: strict
        ),
        tests(of: "Octets"),
        tests(of: "MIME", "Charset"),
        tests(of: "SMTP"),
        tests(of: "IMAP"),
        tests(of: "POP3"),
        tests(of: "HTTP"),
        tests(of: "DNS"),
        tests(of: "Network", "World"),
        tests(of: "Resolver", "Octets", "DNS", "Network", "World"),
        // A process of its own: the store's tests kill it.
        .executableTarget(
            name: "store-probe",
            dependencies: ["Store", "RocksStore", "World"],
            path: "Tests/StoreProbe",
            swiftSettings: strict
        ),
        tests(of: "Store", "RocksStore", "World", "store-probe"),
        tests(of: "Cryptography"),
        tests(of: "Directory", "Octets", "Store", "World", "Cryptography"),
        tests(of: "HTTPClient", "HTTP", "Network", "World"),
        tests(
            of: "SASL",
            "Octets",
            "HTTPClient",
            "Store",
            "World",
            "Network",
            "Cryptography",
            "Directory",
            "Mailbox",
            "Delivery",
            "SMTPDoor",
            "IMAPDoor",
            "POP3Door"
        ),
        tests(of: "Mailbox", "Store", "RocksStore", "World", "MIME"),
        tests(of: "Returns", "Octets", "MIME", "SMTP", "Directory", "Store", "World"),
        tests(of: "SMTPClient", "Octets", "World", "Network", "SMTP", "MIME"),
        tests(of: "Admission", "DNS", "Resolver", "Octets", "SMTP", "Directory", "Store", "World"),
        .executableTarget(
            name: "queue-probe",
            dependencies: ["Queue", "Store", "RocksStore", "World"],
            path: "Tests/QueueProbe",
            swiftSettings: strict
        ),
        tests(of: "Queue", "Octets", "SMTP", "Store", "RocksStore", "World", "queue-probe"),
        tests(
            of: "Relay",
            "Octets",
            "MIME",
            "Network",
            "Store",
            "World",
            "DNS",
            "Resolver",
            "SMTP",
            "SMTPClient",
            "Directory",
            "Mailbox",
            "Delivery",
            "Queue",
            "Returns",
            "HTTPClient",
            "TransportPolicy"
        ),
        tests(of: "Delivery", "SMTP", "Cryptography", "Mailbox", "Directory", "Store", "World"),
        tests(of: "TransportPolicy", "Octets", "MIME", "DNS", "Resolver", "Returns", "Store", "World"),
        tests(
            of: "SMTPDoor",
            "SMTP",
            "DNS",
            "Resolver",
            "Admission",
            "Delivery",
            "Mailbox",
            "Directory",
            "Network",
            "Store",
            "World"
        ),
        tests(of: "IMAPDoor", "IMAP", "Mailbox", "Directory", "Network", "Store", "World"),
        tests(of: "POP3Door", "POP3", "Mailbox", "Directory", "Network", "Store", "World"),
        tests(
            of: "WebDoor",
            "SASL",
            "HTTP",
            "Queue",
            "Admission",
            "Octets",
            "Cryptography",
            "Delivery",
            "Mailbox",
            "Directory",
            "Network",
            "Store",
            "World"
        ),
        tests(of: "portico", "Gateway", "DNS", "Network", "Queue", "Resolver", "SMTPClient"),
        tests(
            of: "Gateway",
            "Admission",
            "Cryptography",
            "IMAPDoor",
            "Octets",
            "Store",
            "Directory",
            "Mailbox",
            "Network",
            "Queue",
            "Resolver",
            "Returns",
            "TransportPolicy",
            "World"
        ),
    ]
)
