import VaultCore

/// What an admin should know of the running daemon, until it is over.
///
/// What is seen as it happens is kept here; what only a look can tell is added by ``ServerStatusFacts``.
final class Warnings: Sendable {
  /// What for, as `server.status` says it.
  enum Reason: String, Sendable, CaseIterable {
    case socketReplaced = "socket.replaced"
    case socketRemoved = "socket.removed"
    case socketHostAccount = "socket.host_account"
    case storageTampered = "storage.tampered"
    case auditBroken = "audit.broken"
    case clockBehind = "clock.behind"
    case clockTrial = "clock.trial"
    case clockEarlier = "clock.earlier"
    case accountUnavailable = "account.unavailable"
    case logDropped = "log.dropped"
    case vaultRestored = "vault.restored"
  }

  private struct Entry {
    let reason: Reason
    let subject: String
    let text: String
  }

  /// More than these help nobody.
  private static let most = 128
  private let entries = Locked<[Entry]>([])

  /// Says it once for each reason and subject; the newest text counts.
  func set(_ reason: Reason, _ subject: String, _ text: String) {
    entries.withLock { entries in
      entries.removeAll { $0.reason == reason && $0.subject == subject }
      if entries.count < Self.most {
        entries.append(Entry(reason: reason, subject: subject, text: text))
      }
    }
  }

  func clear(_ reason: Reason, _ subject: String) {
    entries.withLock { $0.removeAll { $0.reason == reason && $0.subject == subject } }
  }

  /// All of them, in the order in which they came.
  var all: [(reason: Reason, text: String)] {
    entries.withLock { $0.map { ($0.reason, $0.text) } }
  }
}

extension Warnings.Reason {
  init(_ doubt: ClockDoubt) {
    switch doubt.kind {
    case .behind: self = .clockBehind
    case .trial: self = .clockTrial
    case .earlier: self = .clockEarlier
    }
  }
}
