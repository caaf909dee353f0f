// swift-tools-version: 6.2
import PackageDescription

// Strictness is the same for every target of ours and reaches no dependency.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

// Tests hold pointers of the C libraries in many places; marking each would hide what they test.
let strictTests: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "envgate",
  products: [
    .executable(name: "envgate", targets: ["envgate"]),
    .executable(name: "envgated", targets: ["envgated"]),
    .executable(name: "envgate-bench", targets: ["envgate-bench"]),
    .library(name: "VaultClient", targets: ["VaultClient"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
  ],
  targets: [
    // What is not ours: two libraries of the distribution, and the kernel's constants.
    .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),

    .target(name: "SecretMemory", dependencies: ["CLinux"], swiftSettings: strict),
    .target(name: "StrictJSON", dependencies: ["SecretMemory"], swiftSettings: strict),
    .target(name: "VaultCore", swiftSettings: strict),
    .target(
      name: "VaultCalls", dependencies: ["VaultCore", "SecretMemory"], swiftSettings: strict),
    .target(
      name: "VaultProtocol",
      dependencies: ["VaultCalls", "VaultCore", "StrictJSON", "SecretMemory"],
      swiftSettings: strict),
    .target(
      name: "VaultClient",
      dependencies: [
        "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON", "SecretMemory", "CLinux",
      ],
      swiftSettings: strict),
    .target(
      name: "VaultCrypto", dependencies: ["SecretMemory", "CLibcrypto"], swiftSettings: strict),
    .target(name: "VaultStore", dependencies: ["VaultCore", "CSQLite"], swiftSettings: strict),
    .target(
      name: "VaultEngine",
      dependencies: ["VaultCalls", "VaultCore", "VaultCrypto", "VaultStore", "SecretMemory"],
      swiftSettings: strict),
    .target(
      name: "VaultServer",
      dependencies: [
        "VaultEngine", "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON", "SecretMemory",
        "CLinux", logging,
      ] + nio,
      swiftSettings: strict),

    .executableTarget(
      name: "envgate",
      dependencies: [
        "VaultClient", "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON", "SecretMemory",
        "CLinux", argumentParser,
      ],
      exclude: ["man"], swiftSettings: strict),
    .executableTarget(
      name: "envgate-bench",
      dependencies: [
        "VaultClient", "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON", "SecretMemory",
        "CLinux", argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "envgated", dependencies: ["VaultServer", argumentParser, logging],
      exclude: ["man"], swiftSettings: strict),

    // Below SQLite: a VFS that fails on demand, so that the store that ships is the one under test.
    .target(name: "CFaultVFS", dependencies: ["CSQLite"], path: "Tests/CFaultVFS"),
    // Connections of other accounts from one process, so that roles are tested as the kernel sees them.
    .target(name: "CPeer", path: "Tests/CPeer", cSettings: [.define("_GNU_SOURCE")]),
    // What is promised, as traits of the tests. A test target: swift-testing is no library of a release.
    .testTarget(name: "Promises", swiftSettings: strictTests),
    // What the tests of several targets share.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strictTests),
    .testTarget(
      name: "SecretMemoryTests", dependencies: ["SecretMemory", "Promises"],
      swiftSettings: strictTests),
    .testTarget(
      name: "StrictJSONTests", dependencies: ["StrictJSON", "SecretMemory", "Promises"],
      swiftSettings: strictTests),
    .testTarget(
      name: "VaultCoreTests", dependencies: ["VaultCore", "Promises", "TestSupport"],
      swiftSettings: strictTests),
    .testTarget(
      name: "VaultCallsTests",
      dependencies: ["VaultCalls", "VaultCore", "SecretMemory", "Promises"],
      swiftSettings: strictTests),
    .testTarget(
      name: "VaultCryptoTests", dependencies: ["VaultCrypto", "SecretMemory", "Promises"],
      swiftSettings: strictTests),
    .testTarget(
      name: "VaultStoreTests",
      dependencies: ["VaultStore", "VaultCore", "CSQLite", "CFaultVFS", "Promises"],
      exclude: ["Golden"], swiftSettings: strictTests),
    .testTarget(
      name: "VaultProtocolTests",
      dependencies: [
        "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON", "SecretMemory", "Promises",
      ],
      swiftSettings: strictTests),
    .testTarget(
      name: "VaultEngineTests",
      dependencies: [
        "VaultEngine", "VaultCalls", "VaultCore", "VaultCrypto", "VaultStore", "SecretMemory",
        "CFaultVFS", "Promises", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: strictTests),
    .testTarget(
      name: "VaultServerTests",
      dependencies: [
        "VaultServer", "VaultEngine", "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON",
        "SecretMemory", "CPeer", "Promises", "TestSupport",
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ] + nio,
      swiftSettings: strictTests),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "envgate", "VaultClient", "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON",
        "SecretMemory", "CPeer", "Promises", "TestSupport", argumentParser,
      ],
      swiftSettings: strictTests),
    .testTarget(
      name: "StructureTests",
      dependencies: [
        "envgate", "envgated", "VaultServer", "VaultClient", "VaultCalls", "StrictJSON", "Promises",
        argumentParser,
      ],
      swiftSettings: strictTests),
  ]
)
