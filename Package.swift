// swift-tools-version:6.1
// Every target and what it may import: the architecture in one file.
import PackageDescription

// Hummingbird brings a library that is also called Metrics; inside it, it goes by another name.
let hummingbird: Target.Dependency = .product(
    name: "Hummingbird", package: "hummingbird", moduleAliases: ["Metrics": "HummingbirdMetrics"])
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// A system C library behind one small Swift module; nothing else imports it.
func library(_ name: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/Shared/\(name)", pkgConfig: pkgConfig)
}

/// A small module that several services need.
func shared(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Shared/\(name)", resources: resources)
}

/// A process of the suite. No service imports another.
func service(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .executableTarget(
        name: name,
        dependencies: [
            "Contracts", "Access", "Clocks", "Credentials", "Messaging", "Metrics", "ServiceRuntime", logging,
            lifecycle,
        ] + dependencies,
        path: "Sources/\(name)", exclude: ["DESIGN.md"], resources: resources)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: ["Support"] + dependencies, path: "Tests/\(name)", resources: resources)
}

let targets: [Target] = [
    // C libraries
    library("CNNG"), library("CPostgres"), library("CProtobufC"), library("CXML", pkgConfig: "libxml-2.0"),
    library("CZstd"), library("CZlib"), library("CArgon2"), library("CCurl"),
    // Nothing to call: mends a fault of libnng for whoever links Messaging.
    .target(name: "CNNGRepair", path: "Sources/Shared/CNNGRepair"),
    // The contract
    .target(name: "CProto", dependencies: ["CProtobufC"], path: "Sources/Shared/CProto"),
    shared("ProtoRuntime", ["CProtobufC"]),
    shared("Contracts", ["CProto", "ProtoRuntime"]),
    // The platform
    shared("Clocks", []),
    shared("Metrics", []),
    shared("Access", ["Contracts"]),
    shared("Credentials", ["Contracts", "Clocks", crypto]),
    shared(
        "Messaging",
        ["CNNG", "CNNGRepair", "Contracts", "ProtoRuntime", "Credentials", "Clocks", "Metrics", logging, lifecycle]),
    shared("Postgres", ["CPostgres", "Contracts", "Metrics", logging, lifecycle]),
    shared(
        "ServiceRuntime",
        ["Contracts", "Clocks", "Credentials", "Messaging", "Metrics", "Postgres", logging, lifecycle]),
    // Parts that several services need, each instantiated in its owner's schema
    shared("Feed", ["Contracts", "Clocks", "Metrics", "Postgres", logging, lifecycle]),
    shared("StateCopies", ["Contracts", "Feed", "Messaging", "Postgres", "ServiceRuntime", lifecycle]),
    shared("Audit", ["Contracts", "Postgres", logging, lifecycle]),
    shared(
        "Ledger",
        [
            "Contracts", "Access", "Calendar", "Clocks", "Metrics", "Postgres", "Zip", "CZstd", crypto, logging,
            lifecycle,
        ]),
    shared("EmbargoRule", ["Contracts", "Access", "Postgres"]),
    shared("Jobs", ["Contracts", "Clocks", "Metrics", "Postgres", logging, lifecycle]),
    shared("Reports", ["Contracts", "Access", "Clocks", "Jobs", "Postgres", logging, lifecycle]),
    // For programs outside the suite
    shared("EmbargoWatch", ["Contracts", "Messaging", "Metrics", logging]),
    // Reading what comes from outside
    shared("XML", ["CXML"]),
    shared("Tabular", []),
    shared("Zip", ["CZlib"]),
    shared("Calendar", []),
    shared("Texts", [], resources: [.embedInCode("catalogue.en.json")]),
    // The services
    service(
        "GatewaySvc", ["Feed", "Texts", "CZlib", "Calendar", "Tabular", hummingbird, crypto], resources: [.copy("Web")]),
    service(
        "IdentitySvc", ["Postgres", "Feed", "Audit", "Ledger", "Tabular", "Calendar", "CArgon2", crypto],
        resources: [.embedInCode("Migrations")]),
    service(
        "GroupSvc", ["Postgres", "Feed", "StateCopies", "Audit", "Ledger", "Tabular"],
        resources: [.embedInCode("Migrations")]),
    service(
        "ResultsSvc",
        [
            "Postgres", "Feed", "StateCopies", "Audit", "Ledger", "EmbargoRule", "Jobs", "Reports", "XML", "Tabular",
            "Calendar", crypto,
        ],
        resources: [.embedInCode("Migrations")]),
    service(
        "AggregateSvc",
        [
            "Postgres", "Feed", "Audit", "StateCopies", "EmbargoRule", "Jobs", "Reports", "Tabular", "Texts",
            "Calendar",
            crypto,
        ],
        resources: [.embedInCode("Migrations")]),
    service(
        "EmbargoSvc", ["Postgres", "Feed", "Audit", "EmbargoRule", "Calendar", "CCurl", crypto],
        resources: [.embedInCode("Migrations")]),
    // Tools
    .executableTarget(name: "protogen", dependencies: ["CProto", "CProtobufC"], path: "Tools/protogen"),
    .executableTarget(
        name: "ers",
        dependencies: [
            "Credentials", "Contracts", "Clocks", "EmbargoWatch", "Messaging", "Metrics", "Postgres", crypto, logging,
        ], path: "Tools/ers"),
    .executableTarget(name: "sandbox-data", dependencies: ["CZlib"], path: "Tools/sandbox-data"),
    // Benchmarks
    .executableTarget(
        name: "rpc-hop", dependencies: ["Messaging", "Contracts", "Credentials", "Clocks", "Metrics", logging],
        path: "Benchmarks/rpc-hop"),
    // Tests
    .executableTarget(name: "probe-service", dependencies: ["ServiceRuntime", lifecycle], path: "Tests/ProbeService"),
    .target(
        name: "Support", dependencies: ["Postgres", "Contracts", "Clocks", "Metrics", logging], path: "Tests/Support"),
    tests("ContractsTests", ["Contracts", "ProtoRuntime", "CProtobufC", "protogen"]),
    tests("CredentialsTests", ["Credentials"]),
    tests("MessagingTests", ["Messaging", "Credentials"]),
    tests("PostgresTests", ["Postgres"]),
    tests("ServiceRuntimeTests", ["ServiceRuntime", "probe-service"]),
    tests("FeedTests", ["Feed", "Audit"]),
    tests("LedgerTests", ["Ledger", crypto]),
    tests("AccessTests", ["Access", "EmbargoRule"]),
    tests("ReadingTests", ["XML", "Tabular", "Zip", "Calendar"]),
    tests("TextsTests", ["Texts"]),
    tests("SandboxDataTests", ["sandbox-data"]),
    tests("ResultsSvcTests", ["ResultsSvc"]),
    tests("IdentitySvcTests", ["IdentitySvc"]),
    tests("GroupSvcTests", ["GroupSvc"]),
    tests("EmbargoSvcTests", ["EmbargoSvc", "EmbargoWatch"]),
    tests("JobsTests", ["Jobs", "Reports"]),
    tests("AggregateSvcTests", ["AggregateSvc"]),
    tests("GatewaySvcTests", ["GatewaySvc"]),
]

let dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
]

let package = Package(name: "educator-reporting", dependencies: dependencies, targets: targets)
