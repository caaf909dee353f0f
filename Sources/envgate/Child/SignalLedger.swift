/// Which of the signals that somebody sends to us are passed on to the command: each that has not reached it
/// without us, once.
///
/// A witness in our process group tells what it was sent. A signal of the same number and from the same sender
/// that came to both was sent to the group, or to each process of it, and so to the command. They are not counted
/// against each other: several of one kind may arrive as one.
///
/// Invariants: a signal is passed on at once where there is no witness, at latest after ``window`` and
/// ``patience`` where there is one, and never once it was matched.
struct SignalLedger {
  /// A signal as it is told from others.
  struct Signal: Hashable {
    var number: Int32
    /// Who sent it, as we see them; 0 from outside of our pid namespace.
    var pid: Int32
    var uid: UInt32
  }

  /// Milliseconds within which a group, or a list of processes, is signalled.
  static let window: Int64 = 200
  /// Milliseconds for which we may be held up, and still know what the witness had.
  private static let memory: Int64 = 60_000
  /// Milliseconds that a witness which has no processor is given beyond that.
  static let patience: Int64 = 1_000

  private struct Waiting {
    let signal: Signal
    let came: Int64
    var due: Int64 { came + SignalLedger.window }
  }

  private struct Sighting {
    let signal: Signal
    let at: Int64
    var isMatched: Bool
  }

  private var waiting: [Waiting] = []
  private var sightings: [Sighting] = []
  private(set) var hasWitness: Bool
  /// When the command began: what the witness had before did not reach it.
  private let start: Int64
  /// When the question went out that is not answered yet.
  private var asked: Int64?
  /// When the last question went out that was answered.
  private var answered: Int64 = .min

  /// - Parameter since: when the command began.
  init(hasWitness: Bool, since start: Int64) {
    self.hasWitness = hasWitness
    self.start = start
  }

  /// Takes note of a signal that came to us.
  /// - Parameters:
  ///   - since: when we last looked: it may have come as early as that, where we were held up.
  ///   - now: the time now.
  /// - Returns: whether the witness had it.
  mutating func came(_ signal: Signal, since: Int64, now: Int64) -> Bool {
    sightings.removeAll { $0.at < since - Self.window }
    guard hasWitness else {
      waiting.append(Waiting(signal: signal, came: now))
      return false
    }
    // What the witness had and we did not is ours, however late we are; what we had already, only where one
    // signal was sent twice in a moment.
    let match = sightings.lastIndex {
      $0.signal == signal && (!$0.isMatched || $0.at >= now - Self.window)
    }
    guard let match else {
      waiting.append(Waiting(signal: signal, came: now))
      return false
    }
    sightings[match].isMatched = true
    return true
  }

  /// Takes note of what the witness had.
  /// - Returns: whether that had come to us before.
  mutating func witnessed(_ signal: Signal, at time: Int64) -> Bool {
    guard time >= start else { return false }
    let before = waiting.count
    waiting.removeAll { $0.signal == signal }
    let isMatched = waiting.count < before
    sightings.removeAll { $0.at < time - Self.memory }
    sightings.append(Sighting(signal: signal, at: time, isMatched: isMatched))
    return isMatched
  }

  /// Takes note that the witness has told all that it had when it was asked.
  mutating func witnessAnswered() {
    if let asked { answered = asked }
    asked = nil
  }

  /// Takes note that there is no witness any more.
  mutating func witnessLeft() { hasWitness = false }

  /// What is to be done now.
  struct Step: Hashable {
    /// What is passed on, in the order in which it came.
    var passed: [Signal] = []
    /// Whether the witness is asked.
    var asks = false
    /// When the next step is due; nil for none.
    var next: Int64?
  }

  mutating func step(now: Int64) -> Step {
    var step = Step()
    waiting.removeAll { one in
      let isOver =
        !hasWitness || answered >= one.due || now >= one.due + Self.patience
      if isOver { step.passed.append(one.signal) }
      return isOver
    }
    if asked == nil, waiting.contains(where: { $0.due <= now }) {
      asked = now
      step.asks = true
    }
    step.next = waiting.map { $0.due <= now ? $0.due + Self.patience : $0.due }.min()
    return step
  }

  /// Whether a signal that reached our whole group has missed a command which would have had it without us: one
  /// that made a group of its own, as timeout(1) does, where ours is led by us. Without us it would lead that. One
  /// that left the session has left the group without us, too.
  static func isMissed(inOurGroup: Bool, inOurSession: Bool, weLead: Bool) -> Bool {
    !inOurGroup && inOurSession && weLead
  }
}
