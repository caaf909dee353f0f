import Glibc
import Testing

/// The compiler that the tests were built with, as far as the path tells.
private enum Toolchain {
  static let path = getenv("PATH").map { String(cString: $0) } ?? ""
  /// Where SwiftPM keeps what it has fetched.
  static let home = getenv("HOME").map { String(cString: $0) } ?? "/root"
  static let compiler = program("swiftc")
  static let isNightly = getenv("ENVGATE_NIGHTLY") != nil

  static func program(_ name: String) -> String? {
    path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}

/// The package of config/examples that uses our library: it compiles, and does what it says.
@Suite(
  .serialized,
  .enabled(if: Programs.isThere && Programs.isRoot, "skipped: needs ENVGATE_BIN and root"),
  .enabled(if: Toolchain.compiler != nil, "skipped: there is no swiftc on the path"))
struct ExamplePackageTests {
  private static let package = RecipeHost.example("vault-client")

  /// Compiles a program against the modules and objects of the build that these tests are of: a second
  /// instead of a build from nothing.
  private func compiled(_ program: String, in folder: String) throws -> String {
    let sources = "\(Self.package)/Sources/\(program)"
    let output = "\(folder)/\(program)"
    let done = try Programs.run(
      [
        "/bin/sh", "-ec",
        """
        build=$(dirname "$(readlink /proc/$PARENT/exe)")
        set -- "$build"/CLinux.build/*.o
        for module in VaultClient VaultProtocol VaultCalls VaultCore StrictJSON SecretMemory; do
          set -- "$@" "$build/$module.build"/*.o
        done
        exec \(Toolchain.compiler ?? "") -swift-version 6 -warnings-as-errors -Onone -I "$build/Modules" \
          -Xcc -fmodule-map-file="$build/CLinux.build/module.modulemap" \
          -parse-as-library '\(sources)'/*.swift "$@" -o '\(output)'
        """,
      ],
      environment: [
        "PARENT": "\(getpid())", "HOME": folder,
        "PATH": Toolchain.path,
      ])
    guard done.code == 0 else { throw HarnessFault("swiftc: \(done.stderr)\(done.text)") }
    return output
  }

  @Test func `a program on our library reads what nothing protects, byte for byte`() throws {
    let daemon = try HandOverTests.stage(["KEY": "two\nlines\0"])
    try expectReading(daemon, compiled("read-secret", in: daemon.folder))
  }

  @Test func `a program on our library asks, waits, reads what was approved, and closes`() throws {
    let daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    try expectApproval(daemon, compiled("run-approved", in: daemon.folder))
  }

  @Test(.enabled(if: Toolchain.isNightly, "optional: a build from nothing; set ENVGATE_NIGHTLY"))
  func `the example is a package that builds by itself`() throws {
    let daemon = try HandOverTests.stage(["KEY": "two\nlines\0"])
    let scratch = daemon.folder + "/build"
    let build = try Programs.run(
      [
        Toolchain.program("swift") ?? "", "build", "--package-path", Self.package, "--scratch-path",
        scratch,
      ],
      environment: [
        "HOME": Toolchain.home, "PATH": Toolchain.path,
      ])
    #expect(build.code == 0, "\(build.text)\(build.stderr)")
    try expectReading(daemon, scratch + "/debug/read-secret")
    let gated = try TestDaemon()
    try MainJobTests.furnished(gated)
    try expectApproval(gated, scratch + "/debug/run-approved")
  }

  @Test func `the guide's complete example is the program that is compiled here`() throws {
    let source = String(
      decoding: try readFile("\(Self.package)/Sources/run-approved/RunApproved.swift"),
      as: UTF8.self)
    let guide = String(
      decoding: try readFile(
        Self.package + "/../../../Sources/VaultClient/VaultClient.docc/VaultClient.md"),
      as: UTF8.self)
    #expect(guide.contains("```swift\n\(source)```\n"))
  }

  private func expectReading(_ daemon: TestDaemon, _ program: String) throws {
    let runner = TestDaemon.runner.uid
    let done = try Programs.run([program, daemon.socket, "dev", "KEY"], uid: runner)
    #expect(done.code == 0, "\(done.stderr)")
    #expect(done.text == "two\nlines\0")
    for (arguments, says) in [
      ([daemon.socket, "dev", "OTHER"], "secret.unknown: "),
      ([daemon.socket, "dev", "not a name"], "that is no name: "),
      (["/nowhere/socket", "dev", "KEY"], "daemon.absent: "),
    ] {
      let refused = try Programs.run([program] + arguments, uid: runner)
      #expect(refused.code == 1 && refused.stdout.isEmpty)
      #expect(refused.stderr.hasPrefix("read-secret: " + says), "\(refused.stderr)")
    }
  }

  private func expectApproval(_ daemon: TestDaemon, _ program: String) throws {
    func start() throws -> (job: RunningProcess, id: String) {
      let job = try RunningProcess(
        [program, daemon.socket, "production", "deploy 4f2c"], uid: TestDaemon.runner.uid)
      return (job, try MainJobTests.waitingRequest(job))
    }
    let (job, id) = try start()
    try JobLifeTests.approve(daemon, id)
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    let count = MainJobTests.credentials.utf8.count
    #expect(done.text == "AZURE_CREDENTIALS 1 SecretBuffer(\(count) bytes)\n")
    #expect(
      try daemon.must(["request", "show", id, "--json"])
        .contains(#""state":"closed","outcome":"success""#))
    let (other, rejected) = try start()
    try daemon.must(["reject", rejected, "-m", "no"], as: TestDaemon.bob.uid)
    #expect(other.finish().stderr.contains("request \(rejected) is rejected"))
  }
}
