import Testing

/// What each target may import, and nothing more. `NIO` stands for the modules of swift-nio;
/// Glibc, Synchronization and Swift are free.
private let rows: [String: Set<String>] = {
  let client: Set<String> = [
    "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON", "SecretMemory", "CLinux",
  ]
  let command = client.union(["VaultClient", "ArgumentParser"])
  return [
    "CLibcrypto": [], "CSQLite": [], "CLinux": [],
    "SecretMemory": ["CLinux"],
    "StrictJSON": ["SecretMemory"],
    "VaultCore": [],
    "VaultCalls": ["VaultCore", "SecretMemory"],
    "VaultProtocol": ["VaultCalls", "VaultCore", "StrictJSON", "SecretMemory"],
    "VaultClient": client,
    "VaultCrypto": ["SecretMemory", "CLibcrypto"],
    "VaultStore": ["VaultCore", "CSQLite"],
    "VaultEngine": ["VaultCalls", "VaultCore", "VaultCrypto", "VaultStore", "SecretMemory"],
    "VaultServer": [
      "VaultEngine", "VaultProtocol", "VaultCalls", "VaultCore", "StrictJSON", "SecretMemory",
      "CLinux", "NIO", "Logging",
    ],
    "envgate": command, "envgate-bench": command,
    "envgated": ["VaultServer", "ArgumentParser", "Logging"],
  ]
}()

private let free: Set<String> = ["Swift", "Glibc", "Synchronization"]

private func rowName(_ module: String) -> String { module.hasPrefix("NIO") ? "NIO" : module }

/// The module of an `import` line; nil where the line is something else.
private func importedModule(_ line: Substring) -> String? {
  let words = line.split(separator: " ").drop {
    $0.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains($0)
  }
  guard words.first == "import", var name = words.dropFirst().first else { return nil }
  let kinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
  ]
  if kinds.contains(name), let next = words.dropFirst(2).first { name = next }
  return String(name.prefix { $0 != "." })
}

@Suite struct `the layers` {
  let manifest = Manifest(Checkout.text("Package.swift") ?? "")

  @Test func `a folder of Sources is a target, and each target has its row`() {
    let targets = manifest.targets.filter {
      $0.kind != "testTarget" && !["CFaultVFS", "CPeer", "TestSupport"].contains($0.name)
    }.map(\.name)
    #expect(targets.sorted() == rows.keys.sorted())
    for folder in Checkout.folders(in: "Sources") {
      #expect(targets.contains(folder), "Sources/\(folder) is no target of Package.swift")
    }
  }

  @Test func `the manifest gives each target exactly what its row names`() {
    for target in manifest.targets {
      guard let row = rows[target.name] else { continue }
      #expect(
        Set(target.dependencies.map(rowName)) == row, "Package.swift, target \(target.name)")
    }
  }

  @Test(arguments: Checkout.files(under: "Sources", endings: [".swift"]))
  func `a source file imports only what its target's row names`(path: String) {
    let target = String(path.split(separator: "/")[1])
    let allowed = (rows[target] ?? []).union(free)
    for (index, line) in Checkout.lines(path).enumerated() {
      guard let module = importedModule(line) else { continue }
      #expect(
        allowed.contains(rowName(module)), "\(path):\(index + 1): \(target) imports \(module)")
    }
  }

  @Test func `the headers of libcrypto and SQLite are read in one place each`() {
    let homes = ["openssl/": "Sources/CLibcrypto/", "sqlite3.h": "Sources/CSQLite/"]
    for path in Checkout.files(under: "Sources", endings: [".h", ".c", ".modulemap"]) {
      for line in Checkout.lines(path) where line.hasPrefix("#include") {
        for (header, home) in homes where line.contains(header) {
          #expect(path.hasPrefix(home), "\(path): \(line)")
        }
      }
    }
  }

  @Test func `a test target depends only on targets that exist`() {
    let known = Set(manifest.targets.map(\.name))
    for target in manifest.targets where target.kind == "testTarget" {
      for name in target.dependencies where !name.hasPrefix("NIO") && name != "ArgumentParser" {
        #expect(known.contains(name), "\(target.name) depends on \(name)")
      }
      #expect(!Checkout.files(under: "Tests/\(target.name)", endings: [".swift"]).isEmpty)
    }
  }

  @Test(arguments: [
    ("import Glibc", "Glibc"), ("public import VaultCore", "VaultCore"),
    ("@testable import VaultCore", "VaultCore"), ("  import struct NIOCore.ByteBuffer", "NIOCore"),
    ("@_spi(X) public import func Glibc.open", "Glibc"), ("import_order = 1", nil),
    ("/// import Foundation", nil), ("// import Foundation", nil),
  ])
  func `an import line is told from other lines`(line: String, module: String?) {
    #expect(importedModule(Substring(line)) == module)
  }
}
