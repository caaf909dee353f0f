import NIOCore
import VaultCore
import VaultEngine

/// Asks the account database about everybody whose approval is still to be used, so that an approval whose reviewer
/// has left does not stand for longer than a moment.
///
/// Invariants:
/// - a round begins every 30 s (``Hub/Timing/reviewers``), once the one before has ended;
/// - a uid is asked about once a round, however many requests it approved;
/// - at most ``atOnce`` questions are under way, so that callers find a thread even where each of these hangs, and
///   at most one slice of requests is with the engine;
/// - no answer changes nothing.
///
/// Sendable: touched on the hub's event loop alone.
final class ReviewerRound: @unchecked Sendable {
  /// The questions that are under way at once.
  static let atOnce = 2

  private unowned let hub: Hub
  private var seconds = 0
  private(set) var isUnderWay = false
  private var left: ArraySlice<UInt32> = []

  init(_ hub: Hub) { self.hub = hub }

  /// A second has passed.
  func tick() {
    seconds += 1
    guard seconds >= hub.limits.timing.reviewers, !isUnderWay, !hub.isStopping else { return }
    seconds = 0
    begin()
  }

  /// Begins a round.
  func begin() {
    isUnderWay = true
    hub.submitOwn(.listReviewers) { [self] reply in
      guard case .reviewers(let uids) = reply else { return end() }
      left = uids[...]
      ask()
    }
  }

  private func end() {
    left = []
    isUnderWay = false
  }

  private func ask() {
    let slice = Array(left.prefix(Self.atOnce))
    left = left.dropFirst(slice.count)
    if slice.isEmpty || hub.isStopping { return end() }
    hub.accounts.lookupAfresh(slice) { [hub] answers in
      hub.eventLoop.execute { hub.reviewers.answered(answers) }
    }
  }

  private func answered(_ answers: [UInt32: FreshAnswer]) {
    let known = answers.filter { $0.value.answer != .unavailable }.sorted { $0.key < $1.key }
    recheck(known[...], after: 0)
  }

  private func recheck(_ answers: ArraySlice<(key: UInt32, value: FreshAnswer)>, after: Int64) {
    guard let (uid, answer) = answers.first else { return ask() }
    hub.submitOwn(.recheckReviewer(uid, answer, after: after)) { [self] reply in
      switch reply {
      case .rechecked(let next?): recheck(answers, after: next)
      case .rechecked(nil): recheck(answers.dropFirst(), after: 0)
      // A disk that takes nothing: an activation asks for itself.
      default: end()
      }
    }
  }
}
