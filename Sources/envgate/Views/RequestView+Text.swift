import VaultCore
import VaultProtocol

/// A request for a person: facts of the vault first, then what people wrote, in quotes, line by line
/// apart from the facts.
extension RequestView {
  /// The whole request.
  /// - Parameters:
  ///   - now: milliseconds since the epoch.
  ///   - host: the host whose request it is, where one was named.
  func lines(now: Int64, host: String? = nil) -> [String] {
    let title = title(now: now, host: host)
    if isPartial { return [title] + partialFacts.lines(indent: 2) }
    return [title] + facts(now: now).lines(indent: 2)
      + section(Self.claimedTitle, claims()) + section(Self.writtenTitle, comments())
  }

  static let claimedTitle = "Claimed by the requester, not verified:"
  static let writtenTitle = "Comments of the reviewers:"

  /// The first line: which it is, and where it stands.
  /// - Parameter host: as ``lines(now:host:)``; number and environment are that host's own.
  func title(now: Int64, host: String? = nil) -> String {
    PlainText.shown(
      "Request \(Self.text("\(id)", of: host)) for \(Self.text(environment, of: host)): "
        + stateInWords(now: now))
  }

  /// `build1:42`, `build1:production`: a number or a name of one host among others.
  static func text(_ text: String, of host: String?) -> String {
    (host.map { "\($0):" } ?? "") + text
  }

  /// The facts that decide, in one line: who asks, for which environment, and what they get.
  /// - Parameter host: as ``lines(now:host:)``.
  func inShort(host: String? = nil) -> String {
    let most = 8
    let named = secrets.prefix(most).map { secret in
      secret.named + (secret.mark.map { " (\($0))" } ?? "")
    }
    let rest = secrets.count > most ? " and \(secrets.count - most) more" : ""
    let unit =
      standingApproval.map { ", for the unit \($0.credential.unit.text) at each start" } ?? ""
    return PlainText.shown(
      "of \(requester.text) for \(Self.text(environment, of: host)): "
        + "\(named.joined(separator: ", "))\(rest)\(unit)")
  }

  /// What the vault says.
  func facts(now: Int64) -> Facts {
    if isPartial { return partialFacts }
    var facts = Facts()
    facts.add(
      "new name", each: newNames.map { "\($0.kind) \($0.name): no approved request has held it" })
    if moreNewVariables > 0 { facts.add("new name", "and \(moreNewVariables) more variables") }
    addTwins(to: &facts)
    facts.add("requester", requester.text)
    if let standing = standingApproval {
      facts.add("unit", "\(standing.credential.unit.text), credential \(standing.credential.id)")
    }
    facts.add(
      "secrets",
      each: secrets.map { secret in
        guard let state = secret.state else {
          return secret.named
            + (secret.current.map { ": not current; the current version is \($0)" } ?? "")
        }
        return secret.named + ": \(state)"
          + (isLive ? "; this request cannot be used" : "")
      })
    facts.add("made", "\(WallClock.text(created)) (\(WallClock.ago(created, now: now)))")
    addOrigin(to: &facts)
    if let outdatedBy {
      facts.add(
        "outdated",
        "the newer request \(outdatedBy) was activated"
          + (isLive ? ": this request is refused even if it is approved" : "")
      )
    }
    if let turn { facts.add("turn", turn.sentence) }
    if let left {
      facts.add("attended", "\(left.sentence(now: now)), unless its job comes back")
    } else if attended, isLive {
      facts.add("attended", "ends by itself when its job stops waiting")
    }
    facts.add("gate", "revision \(gateRevision)")
    facts.add("digest", digest)
    facts.add("waits", each: state == "waiting" ? unmet.map(\.sentence) : [])
    for (index, review) in reviews.enumerated() {
      facts.add("review \(index + 1)", review.sentence)
    }
    if let grant { facts.add("grant", each: grant.sentences(of: secrets)) }
    facts.add("note", each: notes)
    return facts
  }

  /// The names that no approved request of its environment has held.
  var newNames: [(kind: String, name: String)] {
    newSecrets.map { ("secret", $0) } + newVariables.map { ("variable", $0) }
  }

  /// Where it stands, in one word: a grant that only its lifeline keeps is unattended.
  var standing: String { unattended ? "unattended" : state }

  /// Whether the request can still lead to a release.
  var isLive: Bool { ["waiting", "approved", "active"].contains(state) }

  /// That it has ended, and why where the vault says so.
  var ended: String {
    let gone = secrets.first { $0.state == "destroyed" || $0.state == "deleted" }
    let why =
      if state != RequestState.cancelled.text { "" } else if let outdatedBy {
        ", since the newer request \(outdatedBy) was activated"
      } else if let gone {
        "; version \(gone.version) of \(gone.name) was \(gone.state ?? "deleted")"
      } else { "" }
    return "request \(id) is \(state)\(why); make a new one"
  }

  /// What the request waits for, in one line; nil when it does not wait.
  func waitingSentence(now: Int64) -> String? {
    guard state == "waiting" else { return nil }
    if isPartial { return PlainText.shown("request \(id) waits for its gate") }
    return PlainText.shown(
      "request \(id) waits \(waits) (expires \(WallClock.ahead(expires, now: now)))")
  }

  /// The same for whoever follows the wait.
  var progress: WaitProgress.Subject {
    if isPartial {
      return WaitProgress.Subject(
        name: "request \(id)", waits: "for its gate", since: WallClock.now)
    }
    return WaitProgress.Subject(
      name: "request \(id)", waits: waits, since: created, expires: expires)
  }

  /// What it waits for, in the words behind `waits`.
  var waits: String {
    let gate = unmet.isEmpty ? "for its gate" : unmet.map(\.sentence).joined(separator: ", and ")
    let stale = reviews.filter { $0.returnsUntil != nil }.map {
      AccountView(uid: $0.uid, account: $0.account).text
    }
    if stale.isEmpty { return gate }
    let more = stale.count > 8 ? " and \(stale.count - 8) others" : ""
    return "\(gate), since the approval of \(stale.prefix(8).joined(separator: ", "))\(more) "
      + "no longer counts"
  }

  private func stateInWords(now: Int64) -> String {
    switch state {
    case _ where isPartial: state
    case "waiting", "approved":
      if let left {
        "\(state), \(left.sentence(now: now))"
      } else if state == "waiting" {
        "waiting, expires \(WallClock.ahead(expires, now: now))"
      } else {
        approvedUntil.map { "approved, to be activated \(WallClock.deadline($0, now: now))" }
          ?? state
      }
    case "active" where unattended:
      "unattended: its job is gone, but processes that it left keep the environment taken"
    // How it went is what the job said; that its connection ended is what the vault saw.
    case "closed" where outcome == RequestState.Outcome.abandoned.rawValue: "closed (abandoned)"
    case "closed" where outcome == RequestState.Outcome.ended.rawValue: "closed (ended)"
    case "closed": outcome.map { "closed (\($0)), reported by its job" } ?? state
    default: state
    }
  }

  /// What the requester says, in quotes; all of it where it is to be approved, since all of it is what is approved.
  /// - Parameter limit: how much is shown of each text, in characters; what is cut is said.
  func claims(limit: Int = .max) -> Facts {
    var facts = Facts()
    for (label, text) in [
      ("reason", claimed.reason), ("ref", claimed.ref), ("commit", claimed.commit),
      ("run", claimed.runURL), ("delivery", claimed.delivery), ("key", claimed.key),
    ] {
      if let text { facts.add(label, ForeignText.quoted(text, limit: limit)) }
    }
    if !claimed.command.isEmpty {
      var room = limit
      let words = claimed.command.map { ForeignText.quoted($0, limit: limit) }.prefix { word in
        defer { room -= word.unicodeScalars.count }
        return room > 0
      }
      let rest = Int64(claimed.command.count - words.count)
      facts.add(
        "command",
        words.joined(separator: " ") + (rest > 0 ? " … (\(Counted.text(rest, "more word")))" : ""))
    }
    if let sameKey { facts.add("same job", sameKey.sentence) }
    return facts
  }

  /// What reviewers have said about it, in quotes.
  /// - Parameter limit: as ``claims(limit:)``.
  func comments(limit: Int = .max) -> Facts {
    var facts = Facts()
    for (index, review) in reviews.enumerated() where !review.comment.isEmpty {
      facts.add("review \(index + 1)", ForeignText.quoted(review.comment, limit: limit))
    }
    return facts
  }

  private func section(_ title: String, _ facts: Facts) -> [String] {
    facts.isEmpty ? [] : [title] + facts.lines(indent: 2)
  }
}

extension ReviewView {
  fileprivate var sentence: String {
    let who = AccountView(uid: uid, account: account).text
    let role = `as`.isEmpty ? "" : " as \(`as`.joined(separator: ", "))"
    let sentence = "\(decision) by \(who)\(role) at \(WallClock.text(time))"
    guard let returnsUntil else { return sentence }
    let lost =
      isStale ? "no longer counts" : "no longer counts as \(lost.joined(separator: ", "))"
    return "\(sentence); \(lost), unless the account is back by \(WallClock.text(returnsUntil))"
  }
}

extension GrantView {
  fileprivate func sentences(of secrets: [PinnedSecretView]) -> [String] {
    [
      "activated at \(WallClock.text(activated)), readable until \(WallClock.text(expires))",
      released.map { "released at \(WallClock.text($0))" } ?? "nothing released",
      hold == "unit"
        ? "for a unit; ended by envgate revoke"
        : hold == "ticket" ? "held by its ticket" : "held by its connection",
    ]
      + zip(secrets, reads).map { "\($0.name) read \($1 == 1 ? "once" : "\($1) times")" }
  }
}
