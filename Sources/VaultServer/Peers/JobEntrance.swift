import Glibc
import VaultCore
import VaultProtocol

/// Who may come through a job socket.
///
/// The path is not the only way to it: a process of the same uid reaches it by `/proc/PID/root`. Uids are the
/// boundary: a container is its socket as far as its uids are its own, and what the daemon can see to be
/// something else is refused.
struct JobEntrance: Sendable {
  let name: SocketName
  let users: Configuration.JobSocket.Users
  let refusesHostUIDs: Bool

  init(_ socket: Configuration.JobSocket) {
    name = socket.name
    users = socket.users
    refusesHostUIDs = socket.refusesHostUIDs
  }

  /// What is to be done about somebody, by where the process lives.
  enum Verdict: Hashable {
    case admitted
    case refused(WireError)
    /// Nobody can tell now; the next call finds out anew.
    case unknown
  }

  /// Whether who comes must be known to the account database before they may come in.
  func asksForAccount(_ uid: UInt32) -> Bool {
    users == .remapped || (refusesHostUIDs && uid != 0)
  }

  /// What is found by the process alone.
  ///
  /// - Parameter confinement: what tells the process from one of the host; nil where nothing does.
  func verdict(_ confinement: Confinement?) -> Verdict {
    switch (users, confinement) {
    case (_, .processGone), (_, .unanswered): .unknown
    case (.host, .processNamespace), (.host, .rootDirectory), (.remapped, .userNamespace): .admitted
    case (.host, .userNamespace):
      .refused(
        .peerRefused(
          "your process is in a user namespace, and \(text) is for containers without one"))
    case (.remapped, _):
      .refused(
        .peerRefused(
          "your process is in the user namespace of the host, and \(text) is for containers with one "
            + "of their own"))
    case (.host, .mountList):
      .refused(
        .peerRefused(
          "your process has more mounts than envgated reads, so it cannot be told from a process of the host; "
            + "give the container fewer mounts"))
    case (.host, nil):
      .refused(
        .peerRefused(
          "your process runs on the host, and \(text) is for containers; use the main socket"))
    }
  }

  /// What is found by the uid beside it.
  func verdict(_ answer: AccountAnswer, uid: UInt32) -> Verdict {
    guard asksForAccount(uid) else { return .admitted }
    switch answer {
    case .nobody: return .admitted
    case .unavailable: return .unknown
    case .known(let account):
      return .refused(
        .peerRefused(
          "uid \(uid) is the account \(account.name) of the host, and \(text) is for uids without "
            + "an account"))
    }
  }

  private var text: String { "the job socket \(name.text)" }
}
