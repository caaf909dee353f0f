import VaultCore

/// Threads that look at the processes of peers, which may take as long as a peer likes.
///
/// Invariants:
/// - a lane has one look under way at the most: what hangs in it holds up nobody else;
/// - lanes take turns, and there are at most so many threads;
/// - a look that was taken back is not begun.
///
/// A thread ends when there is nothing for it.
final class LookThreads: Sendable {
  typealias Look = @Sendable () -> Void

  private struct State {
    var waiting: [Lane: [(number: UInt64, look: Look)]] = [:]
    /// Lanes with looks that wait and none under way, in the order of their turns.
    var ready: [Lane] = []
    var busy: Set<Lane> = []
    var threads = 0
  }

  /// How long a look is waited for.
  let pace: HostPace
  private let most: Int
  private let state = Locked(State())

  /// - Parameter most: the threads that there may be.
  init(most: Int = 4, pace: HostPace = HostPace()) {
    self.most = most
    self.pace = pace
  }

  /// The looks that wait or are under way.
  var count: Int {
    state.withLock { state in state.waiting.values.reduce(state.busy.count) { $0 + $1.count } }
  }

  /// Has a look made on a thread, in the lane's turn.
  ///
  /// - Parameter number: what it is taken back by.
  func begin(_ number: UInt64, _ lane: Lane, _ look: @escaping Look) {
    pace.measure()
    state.withLock { state in
      state.waiting[lane, default: []].append((number, look))
      if !state.busy.contains(lane) && !state.ready.contains(lane) { state.ready.append(lane) }
    }
    startThread()
  }

  /// Starts a thread where looks wait and there may be one more.
  func startThread() {
    let needsThread = state.withLock { state in
      guard !state.ready.isEmpty, state.threads < most else { return false }
      state.threads += 1
      return true
    }
    if !needsThread { return }
    do throws(ThreadFault) {
      try PlainThread.start { self.serve() }
    } catch {
      // Whoever asked gives up; the next second tries again.
      state.withLock { $0.threads -= 1 }
    }
  }

  /// Takes back a look that has not begun: who wanted it is gone.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  func takeBack(_ number: UInt64, _ lane: Lane) -> Bool {
    state.withLock { state in
      let before = state.waiting[lane]?.count ?? 0
      state.waiting[lane]?.removeAll { $0.number == number }
      let isFound = state.waiting[lane]?.count ?? 0 < before
      guard state.waiting[lane]?.isEmpty == true else { return isFound }
      state.waiting[lane] = nil
      state.ready.removeAll { $0 == lane }
      return isFound
    }
  }

  private func serve() {
    while let (lane, look) = next() {
      look()
      state.withLock { state in
        state.busy.remove(lane)
        if state.waiting[lane] != nil { state.ready.append(lane) }
      }
    }
  }

  private func next() -> (Lane, Look)? {
    state.withLock { state in
      guard !state.ready.isEmpty else {
        state.threads -= 1
        return nil
      }
      let lane = state.ready.removeFirst()
      let look = state.waiting[lane]?.removeFirst().look
      if state.waiting[lane]?.isEmpty == true { state.waiting[lane] = nil }
      state.busy.insert(lane)
      return (lane, look ?? {})
    }
  }
}
