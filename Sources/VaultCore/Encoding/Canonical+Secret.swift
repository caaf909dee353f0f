extension Secret: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(1)
    encoder.integer(environment)
    encoder.text(name.text)
    encoder.integer(revision)
    encoder.integer(current)
    encoder.byte(life.rawValue)
    encoder.integer(removed)
    encoder.integer(updated)
    encoder.integer(Int64(updater))
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard try decoder.byte() == 1 else { throw DecodingFault() }
    let (environment, name) = (try decoder.integer(), try decoder.secretName())
    let (revision, current) = (try decoder.integer(), try decoder.integer())
    guard let life = Life(rawValue: try decoder.byte()) else { throw DecodingFault() }
    self.init(
      environment: environment, name: name, revision: revision, current: current, life: life,
      removed: try decoder.integer(), updated: try decoder.integer(),
      updater: try decoder.accountNumber())
  }
}

extension SecretVersion: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(1)
    encoder.integer(environment)
    encoder.text(name.text)
    encoder.integer(version)
    encoder.integer(revision)
    encoder.byte(state.rawValue)
    encoder.bytes(recordDigest)
    encoder.bytes(fingerprint)
    encoder.integer(created)
    encoder.integer(Int64(creator))
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard try decoder.byte() == 1 else { throw DecodingFault() }
    let environment = try decoder.integer()
    let name = try decoder.secretName()
    let version = try decoder.integer()
    let revision = try decoder.integer()
    guard let state = State(rawValue: try decoder.byte()) else { throw DecodingFault() }
    self.init(
      environment: environment, name: name, version: version, revision: revision, state: state,
      recordDigest: try decoder.bytes(), fingerprint: try decoder.bytes(),
      created: try decoder.integer(), creator: try decoder.accountNumber())
  }
}

extension Variable: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(1)
    encoder.integer(environment)
    encoder.text(name.text)
    encoder.integer(revision)
    encoder.text(value)
    encoder.integer(updated)
    encoder.integer(Int64(updater))
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard try decoder.byte() == 1 else { throw DecodingFault() }
    self.init(
      environment: try decoder.integer(), name: try decoder.secretName(),
      revision: try decoder.integer(), value: try decoder.text(), updated: try decoder.integer(),
      updater: try decoder.accountNumber())
  }
}
