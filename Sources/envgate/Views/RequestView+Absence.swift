import VaultCore
import VaultProtocol

/// A request whose job is gone: whoever answers it is asked in vain, unless the job comes back.
extension AbsenceView {
  /// `nobody waits since 20s, ends in 40s`.
  func sentence(now: Int64) -> String {
    "nobody waits since \(age(now: now)), ends \(WallClock.ahead(ends, now: now))"
  }

  func age(now: Int64) -> String { TimeSpan.rough(seconds: (now - since) / 1_000) }
}

extension PinnedSecretView {
  /// `AZURE_CREDENTIALS version 3`.
  var named: String { "\(name) version \(version)" }

  /// What a reviewer would not expect of that version: `disabled`, `destroyed`, `deleted`, `not current`; nil where there
  /// is nothing.
  var mark: String? { state ?? (current == nil ? nil : "not current") }
}

extension RequestView {
  /// What the requester says it is for, in one line of a list, in quotes: the reason, else the ref, the commit or the
  /// command; nil where nothing is said.
  var claimInShort: String? {
    let most = 60
    let said = [claimed.reason, claimed.ref, claimed.commit].lazy.compactMap(\.self).first
    if let said { return ForeignText.quoted(said, limit: most) }
    if claimed.command.isEmpty { return nil }
    return ForeignText.quoted(claimed.command.joined(separator: " "), limit: most)
  }

  /// The names of its secrets, in one line of a list. First those of a version that a reviewer would not expect, each
  /// behind what is the matter, which is read where the line is cut too; last the unit that it is for.
  var secretsInShort: String {
    let marked = secrets.compactMap { secret in secret.mark.map { "(\($0)) \(secret.name)" } }
    let unit = standingApproval.map { ["for \($0.credential.unit.text)"] } ?? []
    return (marked + secrets.filter { $0.mark == nil }.map(\.name) + unit).joined(separator: " ")
  }

  /// Whether an account approved it, and that still counts.
  func isApproved(by uid: UInt32?) -> Bool {
    guard let uid else { return false }
    return reviews.contains { $0.decision == "approved" && $0.uid == uid && !$0.isStale }
  }
}
