import NIOCore

/// The event loop's work for connections, in slices, so that a burst of thousands does not hold the loop.
///
/// Invariants:
/// - lanes take turns; within a lane work runs in the order in which it was added;
/// - a slice ends after ``slice``, or after one piece of work that takes longer; between two slices the loop
///   serves its sockets;
/// - a piece of work that is cut short gets on by one step, however short a slice is.
///
/// Sendable: used on the hub's event loop alone.
final class LoopQueue: @unchecked Sendable {
  typealias Work = () -> Void

  /// How long the loop works before it serves its sockets again.
  static let slice = TimeAmount.milliseconds(1)
  /// The pause between two slices. The loop runs what is due before it looks at its sockets, so a pause of
  /// zero would be none.
  private static let pause = TimeAmount.microseconds(50)

  private let length: TimeAmount
  private let now: () -> NIODeadline
  private let soon: (@escaping @Sendable () -> Void) -> Void
  private let later: (TimeAmount, @escaping @Sendable () -> Void) -> Void
  private let ended: () -> Void
  private var work = LaneTurns<Work>()
  private var isScheduled = false
  private var isRunning = false
  private var isDraining = false
  /// Whether the piece of work under way has not asked for time yet: each gets on by one step.
  private var isFirstStep = false
  /// Since when the loop works without a look at its sockets; nil where nobody has asked in this turn.
  private var began: NIODeadline?

  /// - Parameters:
  ///   - length: how long a slice takes.
  ///   - soon: runs what it is given before the event loop looks at its sockets again.
  ///   - later: runs what it is given on the event loop, after a pause.
  ///   - ended: is called at the end of each slice.
  init(
    length: TimeAmount = LoopQueue.slice, now: @escaping () -> NIODeadline = { .now() },
    soon: @escaping (@escaping @Sendable () -> Void) -> Void,
    later: @escaping (TimeAmount, @escaping @Sendable () -> Void) -> Void,
    ended: @escaping () -> Void
  ) {
    self.length = length
    self.now = now
    self.soon = soon
    self.later = later
    self.ended = ended
  }

  /// Whether nothing waits here.
  var isEmpty: Bool { work.isEmpty }

  /// Whether what can wait is to wait for the next slice. The first question of each piece of work is no, so
  /// that work which is cut short always gets on.
  var isTimeUp: Bool {
    if isDraining { return false }
    if isFirstStep {
      isFirstStep = false
      return false
    }
    return isOver
  }

  /// Whether the loop has worked long enough since it last served its sockets.
  private var isOver: Bool {
    let now = now()
    if let began { return now - began >= length }
    began = now
    soon { self.began = nil }
    return length <= .zero
  }

  /// Adds work; ``go()`` begins it.
  func add(_ lane: Lane, _ piece: @escaping Work) { work.append(piece, lane) }

  /// Works for the rest of this slice, unless the next one is to come by itself.
  func go() {
    guard !isScheduled, !isRunning, !work.isEmpty else { return }
    if isOver { schedule() } else { run() }
  }

  /// Does all that waits at once, for a change that must come after it and for a stop.
  func drain() {
    isDraining = true
    while let piece = work.next() { piece() }
    isDraining = false
    ended()
  }

  private func run() {
    isRunning = true
    while let piece = work.next() {
      isFirstStep = true
      piece()
      if isOver { break }
    }
    isFirstStep = false
    isRunning = false
    ended()
    if !work.isEmpty { schedule() }
  }

  private func schedule() {
    isScheduled = true
    later(Self.pause) {
      self.isScheduled = false
      self.began = nil
      _ = self.isOver
      self.run()
    }
  }
}
