import VaultCore
import VaultEngine

/// What `systemctl status` shows: what matters now, told where it has changed.
///
/// Sendable: all state is behind one lock.
final class StatusTeller: Sendable {
  private struct State {
    /// What the last reading of the configuration came to.
    var base = "serving"
    /// What is to be seen to, or waits; empty where nothing is.
    var news = ""
    var told = "serving"

    var text: String { news.isEmpty ? base : "\(base); \(news)" }
  }

  private let manager: ServiceManager
  private let state = Locked(State())

  init(_ manager: ServiceManager) { self.manager = manager }

  /// What is to be shown, which counts as told.
  var text: String {
    state.withLock { state in
      state.told = state.text
      return state.told
    }
  }

  /// What became of the configuration.
  func note(_ outcome: String) { state.withLock { $0.base = outcome } }

  /// Tells the manager where something has changed; called each second, and no more often.
  func tell(_ counted: Meters.Counted, _ facts: ServerStatusFacts) {
    let news = Self.news(counted, facts.all(counted.clock).map(\.reason))
    let changed = state.withLock { state -> String? in
      state.news = news
      if state.text == state.told { return nil }
      state.told = state.text
      return state.told
    }
    if let changed { manager.tell(.status(changed)) }
  }

  /// The worst first.
  static func news(_ counted: Meters.Counted, _ warnings: [Warnings.Reason]) -> String {
    var news: [String] = []
    if warnings.contains(.auditBroken) { news.append("audit chain broken: run envgate status") }
    if warnings.contains(.storageTampered) { news.append("database edited: run envgate status") }
    if let trouble = counted.trouble {
      news.append("disk \(trouble.rawValue): \(trouble.sentence)")
    }
    let others = Set(warnings).subtracting([.auditBroken, .storageTampered])
    if !others.isEmpty {
      news.append("warnings: " + others.map(\.rawValue).sorted().joined(separator: ", "))
    }
    let waiting = counted.vault.waiting
    if waiting > 0 {
      news.append(waiting == 1 ? "1 request waiting" : "\(waiting) requests waiting")
    }
    return news.joined(separator: "; ")
  }
}
