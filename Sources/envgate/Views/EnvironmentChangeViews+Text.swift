import VaultProtocol

extension EnvironmentChangedView {
  /// What an edit changed, and what it did to requests, for a person.
  func lines() -> [String] {
    if changes.isEmpty {
      return [PlainText.shown("nothing changed in \(environment.name)")]
    }
    var lines = [
      PlainText.shown("\(environment.name) is now at revision \(environment.revision):")
    ]
    lines += changes.map { PlainText.shown("  \($0)") }
    lines.append(
      reset == 0
        ? "no approved request was affected"
        : "\(Counted.text(reset, "approved request")) went back to waiting")
    if !madeByWriters.isEmpty {
      let more = moreByWriters > 0 ? " and \(moreByWriters) more" : ""
      lines.append(
        PlainText.shown(
          "writers made these names while it was not protected: "
            + "\(madeByWriters.joined(separator: ", "))\(more)"))
    }
    return lines
  }
}

extension EnvironmentDeletedView {
  /// What went with an environment, for a person.
  func lines() -> [String] {
    [
      PlainText.shown(
        "deleted \(name) with \(Counted.text(secrets, "secret")) and "
          + "\(Counted.text(variables, "variable")); "
          + "\(Counted.text(cancelled, "request")) \(cancelled == 1 ? "was" : "were") cancelled"),
      Erasure.sentence(isErased),
    ]
  }
}

/// What is said about data that is gone.
enum Erasure {
  static func sentence(_ isErased: Bool) -> String {
    isErased
      ? "the ciphertext is removed from the live database and its log; backups and storage media are not "
        + "erased"
      : "the value can no longer be read, but its ciphertext may still be in the database or its "
        + "log; the daemon keeps trying to remove it"
  }
}
