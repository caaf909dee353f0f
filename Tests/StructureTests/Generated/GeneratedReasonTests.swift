import Testing
import VaultCalls
import VaultClient

@testable import envgate

/// The tables of reasons, which scripts rely on.
@Suite struct `the reasons of the pages` {
  /// The reasons of the vault, in the order of their codes: JSON-RPC's first.
  static let vault = Reason.allCases.sorted { rank($0) < rank($1) }

  private static func rank(_ reason: Reason) -> (Int, Int64) {
    switch reason {
    case .jsonInvalid: (0, 0)
    case .messageInvalid, .methodUnknown, .paramsInvalid, .internalFault: (1, -reason.code)
    default: (2, -reason.code)
    }
  }

  /// What a connection can say, with words in place of what varies.
  static let connection: [ClientFault] = [
    .noDaemon(path: "PATH"), .staleSocket(path: "PATH"), .notASocket(path: "PATH"),
    .noPermission(path: "PATH"), .pathTooLong(limit: 107), .busy(path: "PATH"),
    .untrustedServer(path: "PATH", uid: 1000), .connectionLost, .timedOut,
    .daemonSilent(seconds: 60),
    .protocolNewer(daemon: 2, client: 1), .noSSH, .hostUnreachable(host: "HOST"),
    .hostWithoutEnvgate(host: "HOST"), .hostRefused(host: "HOST"), .hostInvalid(host: "HOST"),
  ]

  @Test func `Protocol.md lists every reason of the vault, once`() {
    #expect(Set(Self.vault.map(\.code)).count == Reason.allCases.count)
    GeneratedPart("Sources/VaultProtocol/VaultProtocol.docc/Protocol.md", "reasons").check(
      ["| code | reason | meaning |", "|---|---|---|"]
        + Self.vault.map { "| \($0.code) | `\($0.rawValue)` | \($0.meaning) |" })
  }

  @Test func `envgate(1) lists every reason, with its exit code`() {
    var rows: [String: (code: Int32, meaning: String)] = [:]
    for reason in Reason.allCases {
      rows[reason.rawValue] = (
        envgate.ExitStatus(reason).rawValue, reason.meaning.filter { $0 != "`" }
      )
    }
    for fault in Self.connection {
      rows[fault.reason] = (envgate.ExitStatus(fault).rawValue, fault.sentence)
    }
    for reason in OwnReason.allCases {
      rows[reason.rawValue] = (envgate.ExitStatus(reason).rawValue, reason.meaning)
    }
    GeneratedPart("Sources/envgate/man/envgate.1", "reasons").check(
      [".Bl -tag -width Ds"]
        + rows.sorted { $0.key < $1.key }.flatMap { name, row in
          [".It Li \(name) Pq \(row.code)"] + ManualText.sentence(row.meaning)
        } + [".El"])
  }
}
