import Testing
import VaultCore
import VaultEngine

@testable import VaultServer

@Suite struct `the text of the metrics` {
  private func lines(group: Bool = false, _ change: (inout Meters.Counted) -> Void = { _ in })
    -> [String]
  {
    var counted = Meters().counted
    change(&counted)
    return MetricsText(counted: counted, now: .init(), namesEnvironments: group).text
      .split(separator: "\n").map(String.init)
  }

  @Test func `has each metric with its type and its sentence, and no other name`() {
    let lines = lines()
    #expect(lines.last == "# EOF")
    for metric in Metric.allCases {
      let name = metric.rawValue
      #expect(lines.count { $0 == "# TYPE \(name) \(metric.row.kind.rawValue)" } == 1)
      #expect(lines.count { $0 == "# HELP \(name) \(metric.row.help)" } == 1)
      #expect(metric.row.help.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x5C && $0 != 0x22 })
      #expect(name.hasSuffix("_seconds") == lines.contains("# UNIT \(name) seconds"))
    }
    let known = Set(Metric.allCases.flatMap(\.samples))
    let found = Set(
      lines.filter { !$0.hasPrefix("#") }.map { String($0.prefix { $0 != "{" && $0 != " " }) })
    #expect(found == known)
  }

  @Test func `names environments only to a group, and never an account or a request`() throws {
    let production = try EnvironmentName("production")
    let change: (inout Meters.Counted) -> Void = { $0.released = [production: 3] }
    #expect(lines(change).contains("envgate_secrets_released_total 3"))
    #expect(!lines(change).contains { $0.contains("production") })
    #expect(
      lines(group: true, change).contains(
        #"envgate_secrets_released_total{environment="production"} 3"#))
    #expect(
      Set(Metric.allCases.compactMap(\.row.label)).isDisjoint(
        with: ["account", "uid", "request", "secret", "unit"]))
  }

  @Test func `says how old secrets and backup are, of each environment only to a group`() throws {
    var (old, new) = (SecretAge(), SecretAge())
    (old.oldest, old.overdue, new.oldest, new.overdue) = (1_000, 2, 5_500, 1)
    let ages = [
      try EnvironmentName("production"): old, try EnvironmentName("dev"): new,
      try EnvironmentName("empty"): SecretAge(),
    ]
    let change: (inout Meters.Counted) -> Void = {
      ($0.vault.secrets, $0.vault.lastBackup) = (ages, 7_000)
    }
    let (all, each) = (lines(change), lines(group: true, change))
    for line in [
      "envgate_oldest_secret_time_seconds 1.0", "envgate_secrets_overdue 3",
      "envgate_last_backup_time_seconds 7.0",
    ] { #expect(all.contains(line), "\(line)") }
    #expect(!all.contains { $0.contains("production") })
    for line in [
      #"envgate_oldest_secret_time_seconds{environment="dev"} 5.5"#,
      #"envgate_oldest_secret_time_seconds{environment="empty"} 0.0"#,
      #"envgate_secrets_overdue{environment="production"} 2"#,
    ] { #expect(each.contains(line), "\(line)") }
    #expect(lines().contains("envgate_last_backup_time_seconds 0.0"))
  }

  @Test func `adds the buckets of the histogram up`() {
    let meters = Meters()
    for microseconds: Int64 in [500, 501, 30_000, 2_000_000] { meters.committed(in: microseconds) }
    let lines = lines { $0 = meters.counted }
    for line in [
      #"_bucket{le="0.0005"} 1"#, #"_bucket{le="0.001"} 2"#, #"_bucket{le="0.025"} 2"#,
      #"_bucket{le="0.05"} 3"#, #"_bucket{le="1.0"} 3"#, #"_bucket{le="+Inf"} 4"#, "_count 4",
      "_sum 2.031001",
    ] { #expect(lines.contains("envgate_commit_seconds" + line), "\(line)") }
  }

  @Test func `counts refusals by reason, all reasons from the start`() {
    let meters = Meters()
    meters.refused("limit.rate", times: 2)
    meters.refused("no.such.reason")
    let lines = lines { $0 = meters.counted }
    #expect(lines.contains(#"envgate_refusals_total{reason="limit.rate"} 2"#))
    #expect(lines.contains(#"envgate_refusals_total{reason="access.denied"} 0"#))
    #expect(!lines.contains { $0.contains("no.such") })
  }

  @Test(arguments: [
    ("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "200 OK"),
    ("GET /metrics HTTP/1.0\r\n\r\n", "200 OK"),
    ("POST /metrics HTTP/1.1\r\n\r\n", "405 "), ("HEAD /metrics HTTP/1.1\r\n\r\n", "405 "),
    ("GET / HTTP/1.1\r\n\r\n", "404 "), ("GET /metrics?x HTTP/1.1\r\n\r\n", "404 "),
    ("GET /metrics\r\n\r\n", "400 "), ("GET /metrics HTTP/2\r\n\r\n", "400 "),
    ("{\"jsonrpc\":\"2.0\"}\n", "400 "), ("GET /metrics HTTP/1.1\r\nHost: x", "400 "), ("", "400 "),
  ])
  func `answers a scraper's GET and nothing else`(request: String, status: String) {
    var isAsked = false
    let answer = MetricsAnswer(to: Array(request.utf8)) {
      isAsked = true
      return "# EOF\n"
    }
    let text = String(decoding: answer.bytes, as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 " + status))
    #expect(isAsked == status.hasPrefix("200"))
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
    #expect(parts.count == 2 && text.contains("Content-Length: \(parts[1].utf8.count)\r\n"))
    #expect(text.contains("Connection: close\r\n"))
  }
}
