import VaultProtocol

extension SecretSetView {
  /// Tells a person, beside the version, what came with it.
  func tell() {
    for note in notes { Console.note(note) }
    Console.show((revocation?.readers ?? []).map { "  \($0.sentence)" })
  }

  /// What came with the version, a sentence each; the last one leads to the readers, where there are any.
  var notes: [String] {
    var notes: [String] = []
    if !sameValue.isEmpty {
      notes.append(
        PlainText.shown(
          "the same value is in \(sameValue.joined(separator: ", ")): a leak of one is a leak of all"
        ))
    }
    if !pruned.isEmpty { notes.append("dropped \(Self.versions(pruned))") }
    guard let revocation else { return notes }
    notes.append(
      revocation.disabled.isEmpty
        ? "there was no older version to disable"
        : "disabled \(Self.versions(revocation.disabled))")
    if !revocation.revoked.isEmpty {
      notes.append(
        "revoked the grants of requests "
          + revocation.revoked.map { "\($0)" }.joined(separator: ", "))
    }
    notes.append(
      revocation.readers.isEmpty
        ? "nobody had read an older version" : "who had read an older version:")
    return notes
  }

  private static func versions(_ numbers: [Int64]) -> String {
    (numbers.count == 1 ? "version " : "versions ")
      + numbers.map { "\($0)" }.joined(separator: ", ")
  }
}

extension ReaderView {
  /// `runner (uid 998) read version 2 3 times, last at …`
  var sentence: String {
    let who = AccountView(uid: uid, account: account).text
    return PlainText.shown(
      "\(who) read version \(version) \(count == 1 ? "once" : "\(count) times"), "
        + "last at \(WallClock.text(last))")
  }
}
