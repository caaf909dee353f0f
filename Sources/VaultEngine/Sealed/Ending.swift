import VaultCore

/// Requests that one command has decided about, and whose rows do not say so yet.
///
/// Invariant: it stands in the sealed head from the commit that decided until the last of the rows is written, so
/// what was decided outlives a crash as a whole.
struct Ending: Equatable {
  let decision: LiveRequests.Decision
  /// On whose behalf.
  let initiator: NamedSubject?
  /// The requests, in ascending order.
  private(set) var ids: ArraySlice<Int64>

  init(_ ids: [Int64], _ decision: LiveRequests.Decision, by initiator: NamedSubject?) {
    self.ids = ids[...]
    self.decision = decision
    self.initiator = initiator
  }

  /// Takes out the one whose turn it is.
  mutating func dropFirst() { ids = ids.dropFirst() }

  /// Takes one out whose row is written before its turn; false where it does not stand here.
  mutating func remove(_ id: Int64) -> Bool {
    guard let index = ids.firstIndex(of: id) else { return false }
    ids.remove(at: index)
    return true
  }
}

extension Ending: Canonical {
  func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(decision.rawValue)
    encoder.optional(initiator) { $1.encode(into: &$0) }
    encoder.list(Array(ids)) { $0.integer($1) }
  }

  init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard let decision = LiveRequests.Decision(rawValue: try decoder.byte()) else {
      throw DecodingFault()
    }
    let initiator = try decoder.optional { decoder throws(DecodingFault) in
      try NamedSubject(from: &decoder)
    }
    let ids = try decoder.list { decoder throws(DecodingFault) in try decoder.integer() }
    self.init(ids, decision, by: initiator)
  }
}
