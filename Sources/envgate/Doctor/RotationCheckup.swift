import VaultClient
import VaultCore
import VaultProtocol

/// Secrets that should have got a new value by now.
enum RotationCheckup {
  static func finding(_ connection: Connection, _ environments: [EnvironmentView]) -> Finding? {
    do {
      return judge(try DueSecrets(connection, environments))
    } catch {
      return .notLookedAt(
        "rotation", "whether secrets are due for a new value",
        Failure(error, isExec: false).fault?.sentence ?? "no answer", "run envgate doctor again")
    }
  }

  /// Nil where no environment has a rotation period.
  static func judge(_ due: DueSecrets) -> Finding? {
    if !due.overdue.isEmpty {
      return .warn(
        "rotation", "\(due.overdue.someInWords): due for a new value",
        "set one with envgate secret set; envgate secret list --all shows the age of each secret")
    }
    if due.left > 0 {
      return .notLookedAt(
        "rotation", "the secrets of \(due.left) environments",
        "doctor checks at most \(DueSecrets.most)",
        "see envgate secret list --all")
    }
    return due.isAsked ? .ok("rotation", "no secret is overdue") : nil
  }
}
