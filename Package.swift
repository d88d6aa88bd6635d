// swift-tools-version: 6.3
// What a module may import, the system's modules among it, is in `TidyTests/ImportTable.swift`.
import PackageDescription

/// Every Swift target is built under the same strict rules: memory-unsafe code is marked where it
/// stands, a warning is an error, and a module says what it imports for itself only.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["Support"], exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "strongroom",
    products: [
        .library(name: "StrongroomClient", targets: ["StrongroomClient"]),
        .executable(name: "strongroomd", targets: ["strongroomd"]),
        .executable(name: "strongroom", targets: ["strongroom"]),
        .executable(name: "strongroom-bench", targets: ["strongroom-bench"]),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CLinux"),
        module("Linux", ["CLinux"]),
        module("Crypto", ["CSodium", "Linux"]),
        module("SQLite", ["CSQLite"]),
        module("Wire"),
        module("Vault", ["Crypto"]),
        module("Audit", ["Vault", "Crypto", "Wire"]),
        .target(
            name: "Schema", path: "schema",
            exclude: [
                "README.md", "anchor.md", "audit-record.md", "audit-segment.md", "audit-tree.md",
                "contexts.md", "costs.md", "key-ring.md", "openapi.yaml", "storage.md",
                "token-text.md", "vectors",
            ],
            resources: [
                .embedInCode("migrations/v0001-foundation.sql"),
                .embedInCode("migrations/v0002-members.sql"),
                .embedInCode("migrations/v0003-integration-points.sql"),
                .embedInCode("migrations/v0004-tokens.sql"),
                .embedInCode("migrations/v0005-register.sql"),
                .embedInCode("migrations/v0006-register-leaves.sql"),
                .embedInCode("migrations/v0007-integration-tokens.sql"),
                .embedInCode("migrations/v0008-token-names.sql"),
                .embedInCode("providers.json"),
            ],
            swiftSettings: strict),
        module("Store", ["Vault", "Audit", "Crypto", "Linux", "SQLite", "Schema"]),
        module("Server", ["Vault", "Audit", "Wire", "Linux", "Crypto"]),
        module("StrongroomClient", ["Wire", "Linux"]),
        program(
            "strongroomd",
            ["Server", "Store", "Vault", "Audit", "Crypto", "Linux", "Wire", "Schema"]),
        program(
            "strongroom",
            ["StrongroomClient", "Store", "Vault", "Audit", "Crypto", "Linux", "Wire", "Schema"]),
        program(
            "strongroom-bench",
            ["StrongroomClient", "Server", "Store", "Vault", "Crypto", "Linux", "Wire", "Schema"]),

        .target(
            name: "Support",
            dependencies: [
                "Vault", "Audit", "Store", "Crypto", "CSodium", "Linux", "Wire", "StrongroomClient",
            ],
            path: "Tests/Support", swiftSettings: strict),
        .executableTarget(
            name: "Timing", dependencies: ["Vault", "Crypto", "Linux", "Support"],
            path: "Tests/Timing", swiftSettings: strict),
        tests("CryptoTests", ["Crypto"]),
        tests("LinuxTests", ["Linux"]),
        tests("SQLiteTests", ["SQLite"]),
        tests("WireTests", ["Wire"]),
        tests("VaultTests", ["Vault", "Crypto"]),
        tests("ModelTests", ["Vault", "Crypto"]),
        tests("AuditTests", ["Audit", "Vault", "Crypto"]),
        tests("StoreTests", ["Store", "Vault", "Audit", "Crypto", "Linux", "SQLite", "Schema"]),
        tests("ServerTests", ["Server", "Store", "Vault", "Audit", "Wire", "Crypto", "Linux"]),
        tests("AuthorityTests", ["Server", "Vault", "Audit", "Wire", "Crypto", "Linux"]),
        tests("StrongroomClientTests", ["StrongroomClient", "Wire", "Linux"]),
        tests("CommandLineTests", ["strongroom", "StrongroomClient"]),
        tests(
            "IntegrationTests", ["StrongroomClient", "Wire", "Linux", "Audit", "Vault", "Crypto"],
            exclude: ["Transcripts"]),
        tests("TidyTests", []),
    ],
    swiftLanguageModes: [.v6]
)

/// The fuzzers have no `main` of their own, so they exist only where libFuzzer brings one:
/// `STRONGROOM_FUZZ=1 swift build -c release --sanitize fuzzer --product FuzzHTTP`.
if Context.environment["STRONGROOM_FUZZ"] == "1" {
    let subjects: [(name: String, modules: [Target.Dependency])] = [
        ("FuzzHTTP", ["Wire"]), ("FuzzJSON", ["Wire"]), ("FuzzText", ["Wire"]),
        ("FuzzToken", ["Vault"]), ("FuzzRecord", ["Audit"]),
        ("FuzzSegment", ["Audit", "Vault", "Crypto"]), ("FuzzRing", ["Vault", "Crypto"]),
        ("FuzzServer", ["Server", "Vault"]), ("FuzzStore", ["Store", "Vault", "Crypto"]),
    ]
    package.targets += subjects.map { subject in
        .executableTarget(
            name: subject.name, dependencies: subject.modules,
            path: "Tests/Fuzz/\(subject.name)",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    }
}
