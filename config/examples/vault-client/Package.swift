// swift-tools-version: 6.2
import PackageDescription

// Two programs on top of envgate's library. A package of your own names the repository in place of the path.
let package = Package(
  name: "vault-client-example",
  dependencies: [.package(name: "envgate", path: "../../..")],
  targets: [
    .executableTarget(
      name: "read-secret", dependencies: [.product(name: "VaultClient", package: "envgate")]),
    .executableTarget(
      name: "run-approved", dependencies: [.product(name: "VaultClient", package: "envgate")]),
  ]
)
