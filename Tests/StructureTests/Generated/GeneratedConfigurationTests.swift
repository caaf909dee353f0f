import Testing

@testable import VaultServer

/// The configuration, said once in the reader, and shown by the manual page, the guide and the shipped file.
@Suite struct `the keys of the configuration` {
  static let parts = [
    Configuration.file, Configuration.jobSocket, Configuration.credentialSource,
    Configuration.rootKeySource, Configuration.person,
  ]
  static let limits = Configuration.limitKeys

  private static func range(_ key: LimitKey) -> String {
    "From \(key.range.lowerBound) to \(key.range.upperBound); the default is \(key.usual)."
  }

  @Test func `envgated.json(5) explains each key that is read`() {
    var lines: [String] = []
    for part in Self.parts {
      if !part.title.isEmpty { lines.append(".Ss \(part.title)") }
      lines += ManualText.sentences(part.preface) + [".Bl -tag -width Ds"]
      for key in part.keys {
        lines +=
          [".It Cm \(key.name)"] + ManualText.sentences(key.meaning) + [key.effect.sentence]
      }
      lines.append(".El")
    }
    lines +=
      [".Ss Limits"] + ManualText.sentences(Configuration.limitsPreface) + [".Bl -tag -width Ds"]
    for key in Self.limits {
      lines += [".It Cm \(key.name)"] + ManualText.sentences(key.meaning) + [Self.range(key)]
    }
    GeneratedPart("Sources/envgated/man/envgated.json.5", "keys").check(lines + [".El"])
  }

  @Test func `Configuration.md explains each key that is read`() {
    let page = Page.guides + "Configuration.md"
    for part in Self.parts {
      let table =
        ["| key | meaning | takes effect |", "|---|---|---|"]
        + part.keys.map { "| `\($0.name)` | \($0.meaning) | \($0.effect.rawValue) |" }
      GeneratedPart(page, part.title.isEmpty ? "keys" : part.title.lowercased()).check(
        (part.preface.isEmpty ? [] : Self.wrapped(part.preface, "") + [""]) + table)
    }
    GeneratedPart(page, "limits").check(
      Self.wrapped(Configuration.limitsPreface, "") + [
        "", "| key | meaning | from | to | default |", "|---|---|---|---|---|",
      ]
        + Self.limits.map {
          "| `\($0.name)` | \($0.meaning) | \($0.range.lowerBound) | \($0.range.upperBound) | \($0.usual) |"
        })
  }

  /// What the shipped file shows of each key: as it ships, or in a comment.
  static let shown: [(key: String, line: String, isComment: Bool)] = [
    ("socket", #""socket": "/run/envgate/envgate.sock","#, false),
    ("socket_mode", #""socket_mode": "0660","#, true),
    ("socket_group", #""socket_group": "root","#, true),
    (
      "job_sockets",
      #""job_sockets": { "gitlab": { "path": "/run/envgate/jobs/gitlab/envgate.sock", "mode": "0666" } },"#,
      true
    ),
    (
      "credentials",
      #""credentials": { "web.service": { "database": { "environment": "development", "secret": "DATABASE_URL" } } },"#,
      true
    ),
    ("credentials_socket", #""credentials_socket": "/run/envgate/credentials.sock","#, true),
    ("credentials_without_pidfd", #""credentials_without_pidfd": "accept","#, true),
    ("metrics_file", #""metrics_file": "/run/envgate/metrics.prom","#, false),
    ("metrics_socket", #""metrics_socket": "/run/envgate/metrics.sock","#, false),
    ("metrics_group", #""metrics_group": "root","#, true),
    ("state_directory", #""state_directory": "/var/lib/envgate","#, false),
    ("root_key", #""root_key": { "file": "/etc/envgate/root.key" },"#, false),
    ("auditors", #""auditors": ["user:root"],"#, true),
    ("people", #""people": {},"#, true),
    ("service_accounts", #""service_accounts": ["user:root"],"#, true),
    ("gate_changes", #""gate_changes": "immediate","#, true),
    ("limits", #""limits": {"#, true),
    ("admins", #""admins": ["user:root"]"#, false),
  ]

  @Test func `the shipped file explains each key that is read`() {
    #expect(Self.shown.map(\.key) == Configuration.file.keys.map { "\($0.name)" })
    func names(_ effect: ConfigurationKey.Effect) -> String {
      Configuration.file.keys.filter { $0.effect == effect }.map { "\($0.name)" }
        .joined(separator: ", ")
    }
    var lines =
      Self.wrapped(
        "The configuration of envgated: JSON, with comments from // to the end of the line. Every key is "
          + "here; a key in a comment shows its default or an example.", "// ") + ["//"]
      + Self.wrapped(
        "Check the file with envgated --check --config FILE, which names line and column of an error. A "
          + "principal is user:NAME, group:NAME, uid:N or gid:N.", "// ") + ["//"]
      + Self.wrapped(
        "A reload (systemctl reload envgated, or SIGHUP) takes over \(names(.reload)). A change of another "
          + "key needs a restart.", "// ") + ["{"]
    let inner = [
      "job_sockets": Configuration.jobSocket, "credentials": Configuration.credentialSource,
      "root_key": Configuration.rootKeySource,
      "people": Configuration.person,
    ]
    for (key, shown) in zip(Configuration.file.keys, Self.shown) {
      if shown.key != "socket" { lines.append("") }
      lines += Self.wrapped(Self.withoutReference(key.meaning), "  // ")
      if let part = inner[shown.key] {
        lines += Self.wrapped(part.preface, "  // ")
        for key in part.keys {
          lines += Self.wrapped("\(key.name): \(key.meaning)", "  //   ", later: "  //     ")
        }
      }
      if shown.key == "limits" {
        lines += Self.wrapped(Configuration.limitsPreface, "  // ")
        for key in Self.limits {
          lines += Self.wrapped("\(key.name): \(key.meaning)", "  //   ", later: "  //     ")
        }
      }
      lines.append(shown.isComment ? "  // " + shown.line : "  " + shown.line)
      if shown.key == "limits" {
        let last = Self.limits.count - 1
        lines += Self.limits.enumerated().map {
          "  //   \"\($1.name)\": \($1.usual)\($0 == last ? "" : ",")"
        }
        lines.append("  // },")
      }
    }
    GeneratedPart("config/envgated.json").check(lines + ["}", ""])
  }

  /// What stands below is not referred to.
  private static func withoutReference(_ text: String) -> String {
    guard let reference = text.firstRange(of: "; see ") else { return text }
    let rest = text[reference.upperBound...].drop { $0 != "." }
    return String(text[..<reference.lowerBound] + rest)
  }

  /// Text in lines of at most 110 characters, each behind `start`, all but the first behind `later`.
  static func wrapped(_ text: String, _ start: String, later: String? = nil) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let margin = lines.isEmpty ? start : later ?? start
      if !line.isEmpty, margin.count + line.count + 1 + word.count > 110 {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [(lines.isEmpty ? start : later ?? start) + line]
  }

  @Test func `each key of the table is read somewhere`() {
    let code = Checkout.files(under: "Sources/VaultServer/Configuration", endings: [".swift"])
      .filter { !$0.hasSuffix("ConfigurationKeys.swift") }
      .compactMap { Checkout.text($0) }.joined()
    for key in Self.parts.flatMap(\.keys) {
      #expect(
        code.contains("section[\"\(key.name)\"]") || code.contains("required(\"\(key.name)\")"),
        "nothing reads \(key.name)")
    }
  }
}
