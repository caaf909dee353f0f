import Glibc
import Testing
import VaultCore

@testable import VaultServer

@Suite struct `the shipped configuration` {
  static let text: String? = {
    // Links are followed first: the folder may be linked into another package.
    guard let here = realpath(#filePath, nil) else { return nil }
    defer { free(here) }
    let root = String(cString: here).split(separator: "/").dropLast(4).joined(separator: "/")
    guard let file = try? OpenFile("/\(root)/config/envgated.json"),
      let bytes = try? file.bytes("config/envgated.json", limit: 1 << 20)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }()

  private func read(_ text: String) throws -> Configuration {
    let scratch = try Scratch()
    return try ConfigurationReader().read(try scratch.write(text, to: "envgated.json"))
  }

  @Test func `starts where only root exists, for root alone`() throws {
    let read = try read(try #require(Self.text))
    #expect(
      read.socket
        == Configuration.Socket(path: "/run/envgate/envgate.sock", mode: 0o600, group: nil))
    #expect(read.standing == Standing(admins: [.user(name: "root", uid: 0)], auditors: []))
    #expect(read.limits == Configuration.Limits())
  }

  @Test func `has every optional key as a comment that can be taken in as it is`() throws {
    var inLimits = false
    var enabled: Set<String> = []
    let lines = try #require(Self.text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        let shown = line.drop { $0 == " " }
        guard shown.hasPrefix("// ") else { return String(line) }
        let code = shown.dropFirst(3)
        let isKey = code.drop { $0 == " " }.hasPrefix("\"")
        guard isKey || inLimits else { return String(line) }
        if isKey { enabled.insert(String(code.split(separator: "\"")[isKey && inLimits ? 1 : 0])) }
        if code.hasSuffix("{") { inLimits = true }
        if code.hasPrefix("}") { inLimits = false }
        return String(code)
      }
    let optional: Set<String> = [
      "socket_mode", "socket_group", "auditors", "people", "service_accounts", "gate_changes",
      "limits", "line_bytes", "value_bytes", "connections", "connections_per_uid", "in_flight",
      "waiting_per_environment", "waiting_per_requester_and_environment", "job_sockets",
      "releases_per_second", "release_burst", "direct_reads_per_day", "changes_per_second",
      "change_burst",
      "credentials", "credentials_socket", "credentials_without_pidfd",
      "metrics_group",
    ]
    #expect(enabled == optional)
    let read = try read(lines.joined(separator: "\n"))
    #expect(read.socket.mode == 0o660)
    #expect(read.socket.group == 0)
    #expect(read.jobSockets.map(\.folder) == ["/run/envgate/jobs/gitlab"])
    #expect(
      read.credentials.sources.map {
        "\($0.unit.text) \($0.id) \($1.environment.text) \($1.secret.text)"
      }
        == ["web.service database development DATABASE_URL"])
    #expect(read.credentials.path == Configuration.Credentials.usualPath)
    #expect(read.standing.auditors == [.user(name: "root", uid: 0)])
    #expect(read.serviceAccounts == [0])
    // A comment shows the default, so taking it in changes nothing.
    #expect(read.limits == Configuration.Limits())
  }

  @Test(arguments: [
    ("sokcet", "socket"), ("gatechanges", "gate_changes"), ("admin", "admins"),
    ("frobnicate", nil), ("", nil), (String(repeating: "a", count: 65), nil),
  ])
  func `the nearest key is the one that was meant`(key: String, nearest: String?) {
    #expect(NearestName.of(key, among: ["socket", "gate_changes", "admins"]) == nearest)
  }
}
