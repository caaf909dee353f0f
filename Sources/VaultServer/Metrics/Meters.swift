import VaultCalls
import VaultCore
import VaultEngine

/// What is counted, where it happens.
///
/// Sendable: all state is behind one lock, which nobody holds for longer than an addition takes.
final class Meters: Sendable {
  /// The upper bounds of the histogram's buckets, in microseconds; the last one has none.
  static let bounds: [Int64] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
  ]

  /// All that was counted up to now.
  struct Counted {
    var released: [EnvironmentName: Int] = [:]
    var refusals: [Reason: Int] = [:]
    var credentials = (released: 0, refused: 0)
    var commits = [Int](repeating: 0, count: Meters.bounds.count + 1)
    /// In microseconds.
    var commitTime: Int64 = 0
    var vault = VaultFigures()
    var trouble: StorageTrouble?
    var clock: ClockDoubt?
  }

  private let state = Locked(Counted())

  var counted: Counted { state.withLock { $0 } }

  /// A batch took so many microseconds.
  func committed(in microseconds: Int64) {
    let bucket = Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count
    state.withLock { state in
      state.commits[bucket] += 1
      state.commitTime += microseconds
    }
  }

  /// What came with a batch.
  func take(_ delivery: CommitThread.Delivery) {
    state.withLock { state in
      state.trouble = delivery.trouble
      state.clock = delivery.clock
      if let figures = delivery.figures { state.vault = figures }
      for answered in delivery.replies {
        switch answered.reply {
        case .secret(let release), .grantPage(let release, _):
          state.released[release.environment, default: 0] += release.items.count
        default: continue
        }
      }
    }
  }

  /// A call was answered so.
  func refused(_ reason: String, times: Int = 1) {
    guard let reason = Reason(rawValue: reason) else { return }
    state.withLock { $0.refusals[reason, default: 0] += times }
  }

  /// A unit got its credential, or did not.
  func credential(isReleased: Bool) {
    state.withLock { state in
      if isReleased { state.credentials.released += 1 } else { state.credentials.refused += 1 }
    }
  }
}
