import StrictJSON
import VaultCore

extension StandingApproval {
  /// A request's part for a unit: of a call, and of what a view tells as asked for.
  static let shape = Shape<StandingApproval>(
    Member("unit", \.credential.unit, .unitName),
    Member("credential", \.credential.id, .credentialID),
    Member("seconds", \.length, .seconds(StandingApproval.range))
  ) { places, unit, id, length in
    guard let credential = UnitCredential(unit: unit, id: id) else {
      try places.refuse(
        "credential",
        because:
          "unit and credential have at most \(UnitName.longestWithCredential) bytes together")
      throw places.missing("credential")
    }
    return StandingApproval(credential: credential, length: length)
  }

  /// What reviewers approve, and what then holds.
  /// - Parameter until: when the grant ends; nil where there is none yet.
  func sentence(until: Int64?) -> String {
    let time =
      until.map { "until \(Timestamp.text(milliseconds: $0))" }
      ?? "for \(duration(length)) from the approval on"
    return
      "the unit \(credential.unit.text) may load it as its credential \(credential.id), at each start \(time); "
      + "it gets the version that is current then"
  }
}

extension Kind where Value == UnitName {
  fileprivate static var unitName: Self {
    .word("unit is the full name of a unit, like web.service", { UnitName($0) }, \.text)
  }
}

extension Kind where Value == String {
  fileprivate static var credentialID: Self {
    .word(
      "credential is a file name without a colon", { UnitCredential.isID($0) ? $0 : nil }, { $0 })
  }
}

extension Kind where Value == Int64 {
  /// Milliseconds that are whole seconds on the wire.
  fileprivate static func seconds(_ range: ClosedRange<Int64>) -> Self {
    let seconds = range.lowerBound / 1_000...range.upperBound / 1_000
    return Kind(
      read: { value, _ in try value.integer(in: seconds) * 1_000 },
      write: { $1.integer($0 / 1_000) })
  }
}
