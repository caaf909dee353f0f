import Glibc

/// A daemon with a secret in an open and in a protected environment, and a backup of it.
struct RestoreDrill {
  let daemon: TestDaemon
  var file: String { daemon.folder + "/envgate.bak" }

  init(disk: String? = nil) throws {
    daemon = try TestDaemon(disk: disk)
    try daemon.must([
      "environment", "create", "development", "--requester", "user:daemon", "--unprotected",
    ])
    try daemon.must([
      "environment", "create", "production", "--requester", "user:daemon", "--reviewer",
      "user:backup",
    ])
    for name in ["development", "production"] {
      try daemon.must(["secret", "set", "TOKEN", "-e", name], input: "value of \(name)")
    }
    try daemon.must(["request", "create", "-e", "production"], as: TestDaemon.runner.uid)
  }

  func backup(_ more: String...) throws { try daemon.must(["backup", file] + more) }

  /// - Parameters:
  ///   - config: the configuration of another host; nil is the daemon's own.
  ///   - wrapper: a program that runs it, with its arguments.
  func restore(
    _ more: String..., from file: String? = nil, config: String? = nil, under wrapper: [String] = []
  ) throws -> Finished {
    try Programs.run(
      wrapper + [
        Programs.path("envgated"), "restore", "--config", config ?? daemon.configurationPath,
        file ?? self.file,
      ] + more)
  }

  func verify(_ file: String? = nil, config: String? = nil) throws -> Finished {
    try Programs.run(
      [
        Programs.path("envgated"), "restore", "--verify", "--config",
        config ?? daemon.configurationPath, file ?? self.file,
      ], environment: ["TMPDIR": daemon.folder])
  }

  /// The day of the backup, as a restore that has no day says it.
  func day() throws -> String {
    String(try restore().stderr.split(separator: "--as-of ").last?.prefix(10) ?? "")
  }

  func loseDisk() throws { _ = try Programs.run(["/bin/rm", "-rf", daemon.stateDirectory]) }

  func read(_ environment: String) throws -> Finished {
    try daemon.envgate(
      ["secret", "get", "TOKEN", "-e", environment, "--timeout", "1s"], as: TestDaemon.runner.uid)
  }
}
