import SecretMemory
import VaultCore
import VaultEngine
import VaultProtocol

/// What `server.status` says beside what the engine answers.
struct ServerStatusFacts: Sendable {
  let warnings: Warnings

  /// What the daemon is warned of is for admins and auditors: to others it would say where to attack.
  func view(_ answer: StatusAnswer, caller: Caller) -> StatusView {
    let mayKnow = answer.roles?.texts.contains { ["admin", "auditor"].contains($0) } ?? false
    return StatusView(
      version: ServerVersion.text, vault: answer.vault,
      you: .init(caller, roles: answer.roles),
      memoryLocked: SecretArena.shared.isLocked, audit: answer.auditSequence,
      trouble: answer.trouble,
      warnings: mayKnow ? warnings.all.map { .init(reason: $0.reason, text: $0.text) } : [])
  }
}

/// The version of this build.
public enum ServerVersion {
  /// As `--version` and `server.status` say it.
  public static let text = "0.1.0"
}
