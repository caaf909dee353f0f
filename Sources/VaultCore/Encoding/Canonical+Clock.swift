extension ClockReading: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.integer(wall)
    encoder.integer(boot)
    bootID.encode(into: &encoder)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    self.init(
      wall: try decoder.integer(), boot: try decoder.integer(), bootID: try BootID(from: &decoder))
  }
}

extension BootID: Canonical {
  /// Appends both words.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.word(high)
    encoder.word(low)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    self.init(high: try decoder.word(), low: try decoder.word())
  }
}

extension Deadline: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    at.encode(into: &encoder)
    encoder.integer(shown)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    self.init(at: try ClockReading(from: &decoder), shown: try decoder.integer())
  }
}

extension ClockState: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    bootID.encode(into: &encoder)
    encoder.integer(followedAt)
    encoder.optional(adopted) { $0.integer($1) }
    encoder.optional(trial) { encoder, trial in
      encoder.integer(trial.offset)
      encoder.integer(trial.since)
    }
    encoder.integer(highest)
    encoder.integer(highestAt)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    self.init(
      bootID: try BootID(from: &decoder), followedAt: try decoder.integer(),
      adopted: try decoder.optional { decoder throws(DecodingFault) in try decoder.integer() },
      trial: try decoder.optional { decoder throws(DecodingFault) in
        Trial(offset: try decoder.integer(), since: try decoder.integer())
      }, highest: try decoder.integer(), highestAt: try decoder.integer())
  }
}
