import SecretMemory
import VaultCore
import VaultEngine
import VaultProtocol

/// What `server.status` says beside what the engine answers.
struct ServerStatusFacts: Sendable {
  let warnings: Warnings
  let accounts: AccountDatabase
  /// The lines of the log that were lost, where that was lately.
  let lostLines: @Sendable () -> Int?

  /// What the daemon is warned of is for admins and auditors: to others it would say where to attack.
  func view(_ answer: StatusAnswer, caller: Caller) -> StatusView {
    let mayKnow = answer.roles?.texts.contains { ["admin", "auditor"].contains($0) } ?? false
    return StatusView(
      version: ServerVersion.text, vault: answer.vault,
      you: .init(caller, roles: answer.roles),
      memoryLocked: SecretArena.shared.isLocked, audit: answer.auditSequence,
      trouble: answer.trouble,
      warnings: mayKnow
        ? (warnings.all + current(answer)).map {
          .init(reason: $0.reason.rawValue, text: $0.text)
        } : [])
  }

  /// What is wrong now, and needs nobody to say that it is over.
  private func current(_ answer: StatusAnswer) -> [(reason: Warnings.Reason, text: String)] {
    var found: [(reason: Warnings.Reason, text: String)] = []
    if let doubt = answer.clock { found.append((Warnings.Reason(doubt), doubt.sentence)) }
    if accounts.failedLately {
      found.append(
        (
          .accountUnavailable,
          "the account database did not answer within the last minute, so some callers are refused; "
            + "check the services named in nsswitch.conf(5)"
        ))
    }
    if let count = lostLines() {
      found.append(
        (
          .logDropped,
          "\(count) \(count == 1 ? "line" : "lines") of the log were lost since the start, the last one "
            + "within the last hour: check the program that reads the log, and its disk"
        ))
    }
    return found
  }
}

/// The version of this build.
public enum ServerVersion {
  /// As `--version` and `server.status` say it.
  public static let text = "0.1.0"
}
