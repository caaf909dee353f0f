import VaultCore
import VaultProtocol

/// What tells a request from others that say the same of themselves: for a reviewer, before they answer.
///
/// All of it is the vault's own knowledge. That two requests make the same claims is a fact, which of them is
/// honest is not: a job can copy what another one claims, and only the number stands in that job's own log.
extension RequestView {
  /// Whether another live request makes the same claims.
  var hasTwins: Bool { !twins.isEmpty }

  /// `2`, `2, 3 and 996 more`: the other requests that make the same claims; empty where there are none.
  var twinNumbers: String {
    var parts = twins.map { "\($0.id)" }
    if moreTwins > 0 { parts.append("\(moreTwins) more") }
    guard let last = parts.popLast() else { return "" }
    return parts.isEmpty ? last : parts.joined(separator: ", ") + " and " + last
  }

  /// `request 2 makes the same claims`, `requests 2, 3 and 996 more make the same claims`.
  var twinSentence: String {
    let isOne = twins.count == 1 && moreTwins == 0
    return isOne
      ? "request \(twinNumbers) makes the same claims"
      : "requests \(twinNumbers) make the same claims"
  }

  /// Whether another request of the same vault makes the same claims as this one.
  func isLike(_ other: RequestView) -> Bool {
    id != other.id && environment == other.environment && !isPartial && !other.isPartial
      && claimed.likeness.mayBe(other.claimed.likeness)
  }

  /// Adds the twins, and what the vault knows of each.
  func addTwins(to facts: inout Facts) {
    guard hasTwins else { return }
    facts.add(
      "twins",
      each: [
        twinSentence + " as this one",
        "approve \(id) only if the log of the job that you expect shows request \(id)",
      ] + twins.map { sentence(about: $0) })
  }

  /// Adds where the request came from.
  func addOrigin(to facts: inout Facts) {
    if isLive { facts.add("made on", origin?.text ?? OriginView.unknown) }
  }

  /// `request 2 was made 3s later on connection 13, opened by process 4712; it is approved`.
  private func sentence(about twin: TwinView) -> String {
    var sentence = "request \(twin.id) was made \(Self.distance(twin.created - created))"
    if twin.requester != requester { sentence += " by \(twin.requester.text)" }
    sentence +=
      " on \(twin.origin?.text ?? "an unknown connection, because the daemon was restarted")"
    if !twin.hasSameSecrets { sentence += "; it asks for other secrets or versions" }
    if twin.state != state { sentence += "; it is \(twin.state)" }
    return sentence
  }

  private static func distance(_ milliseconds: Int64) -> String {
    let seconds = Int64(milliseconds.magnitude / 1_000)
    if seconds == 0 { return "within the same second" }
    return "\(TimeSpan.rough(seconds: seconds)) \(milliseconds < 0 ? "earlier" : "later")"
  }

  /// What another job of the account is told, and how to see the rest.
  var partialFacts: Facts {
    var facts = Facts()
    facts.add("requester", requester.text)
    facts.add(
      "note",
      "another job of this account made it; to see the rest, add its --ticket-file, or ask a reviewer"
    )
    return facts
  }
}

extension OriginView {
  static let unknown =
    "unknown: the daemon was restarted, and the job has not come back with its ticket"

  /// `connection 12, opened by process 4711`: whoever inherits a connection speaks on it as well.
  var text: String {
    "connection \(connection)" + (process.map { ", opened by process \($0)" } ?? "")
  }
}

extension SameKeyView {
  /// `claims to be the same job as request 2 (made later)`.
  var sentence: String {
    var named: [String] = []
    if let older { named.append("request \(older) (made earlier)") }
    if let newer { named.append("request \(newer) (made later)") }
    let more = count - Int64(named.count)
    if more > 0 { named.append("\(more) more") }
    return "claims to be the same job as " + named.joined(separator: " and ")
  }
}
