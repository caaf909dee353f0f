import Glibc
import Testing
import VaultCore

@testable import VaultServer

/// Where job sockets may lie, since the container sees the whole folder of its own.
@Suite struct `the job sockets of a configuration` {
  /// What is wrong with job sockets beside a main socket and a state directory.
  private func fault(
    _ sockets: [(name: String, path: String)], main: String = "/run/e/s",
    state: String = "/var/lib/e"
  ) throws -> String {
    let scratch = try Scratch()
    let texts = sockets.map { "\"\($0.name)\": {\"path\": \"\($0.path)\"}" }
    let path = try scratch.write(
      """
      {"socket": "\(main)", "state_directory": "\(state)", "root_key": {"file": "/etc/e/k"},
       "job_sockets": {\(texts.joined(separator: ", "))}}
      """, to: "envgated.json")
    do throws(ConfigurationFault) {
      _ = try ConfigurationReader(accounts: `the configuration`.accounts).read(path)
      return ""
    } catch { return error.sentence }
  }

  @Test(arguments: [
    ("/s", "inside a folder that holds nothing else"),
    ("/a/s", "inside a folder that holds nothing else"),
    // The main socket, the state directory, or the key's neighbours would be in the container.
    ("/run/e/j", "the container sees the whole folder '/run/e'"),
    ("/var/lib/j", "the container sees the whole folder '/var/lib'"),
    ("/var/lib/e/j", "the container sees the whole folder '/var/lib/e'"),
    ("/var/lib/e/deep/er/j", "the container sees the whole folder '/var/lib/e/deep/er'"),
    ("/run/e/a/s", "'/run/e' also holds the main socket"),
    ("/run/e/jobs/a/s", ""), ("/run/jobs/a/s", ""), ("/var/lib/e2/a/s", ""),
  ])
  func `lie in a folder of their own, where nothing else is and nobody else comes`(
    path: String, words: String
  ) throws {
    let found = try fault([("a", path)])
    #expect(words.isEmpty ? found.isEmpty : found.contains(words), "\(found)")
  }

  @Test func `have a folder each`() throws {
    #expect(
      try fault([("a", "/run/j/a/s"), ("b", "/run/j/a/t")])
        .contains("the job socket a already uses this folder"))
    #expect(try fault([("a", "/run/j/a/s"), ("b", "/run/j/b/s")]).isEmpty)
  }

  @Test func `are so many and no more`() throws {
    let many = (0...JobSockets.most).map { (name: "j\($0)", path: "/run/j/\($0)/s") }
    #expect(try fault(Array(many.dropLast())).isEmpty)
    #expect(try fault(many).contains("too many job sockets; at most \(JobSockets.most)"))
  }
}
