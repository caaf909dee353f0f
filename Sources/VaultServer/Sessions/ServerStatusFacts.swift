import SecretMemory
import VaultCore
import VaultEngine
import VaultProtocol

/// What `server.status` says beside what the engine answers.
struct ServerStatusFacts: Sendable {
  func view(_ answer: StatusAnswer, caller: Caller) -> StatusView {
    StatusView(
      version: ServerVersion.text, vault: answer.vault,
      you: .init(caller, roles: answer.roles),
      memoryLocked: SecretArena.shared.isLocked, audit: answer.auditSequence,
      trouble: answer.trouble)
  }
}

/// The version of this build.
public enum ServerVersion {
  /// As `--version` and `server.status` say it.
  public static let text = "0.1.0"
}
