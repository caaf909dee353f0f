import VaultProtocol

extension SecretChangedView {
  /// What became of a version, for a person.
  func lines() -> [String] {
    [PlainText.shown("version \(version) of \(name) in \(environment) is \(state)")]
      + (isErased.map { [Erasure.sentence($0) + ($0 ? "" : "; run this again to confirm it")] }
        ?? [])
  }
}

extension SecretDeletedView {
  /// What went with a secret, for a person.
  func lines() -> [String] {
    [
      PlainText.shown(
        "deleted \(name) of \(environment) with \(Counted.text(versions, "version"))"),
      Erasure.sentence(isErased),
    ]
  }
}
