import VaultProtocol

extension SecretSetView {
  /// Tells a person, beside the version, what came with it.
  func tell() {
    if !sameValue.isEmpty {
      Console.note(
        PlainText.shown(
          "the same value is in \(sameValue.joined(separator: ", ")): a leak of one is a leak of all"
        ))
    }
    if !pruned.isEmpty { Console.note("dropped \(Self.versions(pruned))") }
    guard let revocation else { return }
    Console.note(
      revocation.disabled.isEmpty
        ? "there was no older version to disable"
        : "disabled \(Self.versions(revocation.disabled))")
    if !revocation.revoked.isEmpty {
      Console.note(
        "revoked the grants of requests "
          + revocation.revoked.map { "\($0)" }.joined(separator: ", "))
    }
    Console.note(
      revocation.readers.isEmpty
        ? "nobody had read an older version" : "who had read an older version:")
    Console.show(revocation.readers.map { "  \($0.sentence)" })
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
