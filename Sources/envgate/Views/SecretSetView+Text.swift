import SecretMemory
import VaultProtocol

extension SecretSetView {
  /// What `secret set` answers: a sentence for a person, the number for a script.
  func answer(isTerminal: Bool) -> String {
    guard isTerminal else { return "\(version)" }
    let before = version > 1 ? " (was \(version - 1))" : ""
    return PlainText.shown("\(name) of \(environment): version \(version)\(before)")
  }

  /// Tells a person, beside the version, what came with it.
  /// - Parameter value: what was set, where it is at hand.
  func tell(about value: SecretBuffer? = nil) {
    for note in notes(about: value) { Console.note(note) }
    Console.show((revocation?.readers ?? []).map { "  \($0.sentence)" })
  }

  /// What came with the version, a sentence each; the last one leads to the readers, where there are any.
  func notes(about value: SecretBuffer? = nil) -> [String] {
    var notes = Self.notes(about: value, sameValue: sameValue, pruned: pruned)
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
        ? "no account had read an older version" : "accounts that had read an older version:")
    return notes
  }

  /// What is told of any new version.
  static func notes(
    about value: SecretBuffer?, sameValue: [String], pruned: [Int64]
  ) -> [String] {
    var notes: [String] = []
    // A warning for each `true` and each port would drown the one that counts.
    if !sameValue.isEmpty, value?.isCommonplace != true {
      notes.append(
        PlainText.shown(
          "the same value is in \(sameValue.joined(separator: ", ")): if one leaks, all leak"
        ))
    }
    if !pruned.isEmpty { notes.append("dropped \(Self.versions(pruned))") }
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

extension SecretBuffer {
  /// Whether a value says nothing that somebody could not guess: a value that masking leaves alone as too short, a
  /// literal of JSON, or a number of up to eight digits.
  var isCommonplace: Bool {
    if count < MaskPieces.least { return true }
    // Safety: the buffer lends its bytes for the closure.
    return unsafe withUnsafeBytes { bytes in
      let isNumber = unsafe bytes.count <= 8 && bytes.allSatisfy { (0x30...0x39).contains($0) }
      return isNumber
        || ["true", "false", "null"].contains { unsafe bytes.elementsEqual($0.utf8) }
    }
  }

  /// What an editor or another system may have left at the ends of a value, and is kept there; nil where there is
  /// nothing of that.
  var keptInWords: String? {
    // Safety: the buffer lends its bytes for the closure.
    unsafe withUnsafeBytes { bytes in
      var kept: [String] = []
      if unsafe bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
        kept.append("the byte order mark at the beginning")
      }
      let last = unsafe bytes.last
      let secondLast = bytes.count > 1 ? unsafe bytes[bytes.count - 2] : nil
      switch (secondLast, last) {
      case (UInt8(ascii: "\r"), UInt8(ascii: "\n")): kept.append("the CR LF at the end")
      case (_, UInt8(ascii: "\n")): kept.append("the newline at the end")
      case (_, UInt8(ascii: "\r")): kept.append("the carriage return (CR) at the end")
      default: break
      }
      if kept.isEmpty { return nil }
      return "kept \(kept.joined(separator: " and ")): the value has "
        + Counted.text(Int64(bytes.count), "byte")
    }
  }
}
