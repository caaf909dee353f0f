import SecretMemory
import VaultCalls
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
      version: EnvgateVersion.text, vault: answer.vault,
      you: .init(caller, roles: answer.roles),
      memoryLocked: SecretArena.shared.isLocked, audit: answer.auditSequence,
      trouble: answer.trouble, lastBackup: mayKnow ? answer.lastBackup : nil,
      warnings: mayKnow
        ? (all(answer.clock) + restored(answer)).map {
          .init(reason: $0.reason.rawValue, text: $0.text)
        } : [],
      recoveryKey: mayKnow ? answer.hasRecoveryKey : nil)
  }

  private func restored(_ answer: StatusAnswer) -> [(reason: Warnings.Reason, text: String)] {
    answer.restored.map { [(.vaultRestored, $0.sentence)] } ?? []
  }

  /// All that an admin should know.
  func all(_ clock: ClockDoubt?) -> [(reason: Warnings.Reason, text: String)] {
    warnings.all + current(clock)
  }

  /// What is wrong now, and needs nobody to say that it is over.
  private func current(_ clock: ClockDoubt?) -> [(reason: Warnings.Reason, text: String)] {
    var found: [(reason: Warnings.Reason, text: String)] = []
    if let doubt = clock { found.append((Warnings.Reason(doubt), doubt.sentence)) }
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

extension RestoredGates {
  /// What it means, and what to do.
  fileprivate var sentence: String {
    let day = Timestamp.text(milliseconds: asOf)
    let more = count > names.count ? " and \(count - names.count) more" : ""
    return
      "the vault has the gates of \(day), from a restored backup; until an admin confirms a gate, nothing is released "
      + "there (\(names.joined(separator: ", "))\(more)): envgate environment show NAME, then envgate environment edit NAME "
      + "--revision N"
  }
}
