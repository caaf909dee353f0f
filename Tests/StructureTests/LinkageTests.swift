import Glibc
import Promises
import Testing

/// The folder of the release binaries, as `make test` names it.
private let binaries: String? = getenv("ENVGATE_BIN").map { String(cString: $0) }

/// What the C library itself consists of on Debian 12.
private let platform: Set<String> = ["libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"]
/// The same on a machine with another processor.
private let platformElsewhere: Set<String> = ["ld-linux-aarch64.so.1"]

@Suite(.enabled(if: binaries != nil, "ENVGATE_BIN is not set: make test sets it"))
struct `the linked libraries` {
  @Test(
    .promise(.systemLibraries),
    arguments: [
      "envgate": [], "envgate-bench": [], "envgated": ["libcrypto.so.3", "libsqlite3.so.0"],
    ] as [String: Set<String>])
  func `a release binary needs the C library and what is named for it`(
    program: String, libraries: Set<String>
  ) throws {
    let path = try #require(binaries) + "/" + program
    let section = Checkout.output(of: "LC_ALL=C readelf --dynamic --wide '\(path)'")
    try #require(section.succeeded, "readelf could not read \(path)")
    let needed = Set(
      section.text.split(separator: "\n").filter { $0.contains("(NEEDED)") }.compactMap { line in
        line.split(separator: "[").last.map { String($0.prefix { $0 != "]" }) }
      })
    #expect(needed.subtracting(platform).subtracting(platformElsewhere) == libraries, "\(path)")
  }

  @Test(.promise(.systemLibraries), arguments: ["envgate", "envgate-bench", "envgated"])
  func `a release binary looks for libraries where the system keeps them`(program: String) throws {
    let path = try #require(binaries) + "/" + program
    let section = Checkout.output(of: "LC_ALL=C readelf --dynamic --wide '\(path)'")
    try #require(section.succeeded, "readelf could not read \(path)")
    // A path of the builder's in a daemon that runs as root would be a door for whoever owns it, and one
    // beside the program is searched at each start.
    for line in section.text.split(separator: "\n") {
      #expect(!line.contains("(RUNPATH)") && !line.contains("(RPATH)"), "\(line)")
    }
  }
}
