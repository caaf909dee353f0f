import SecretMemory
import StrictJSON
import VaultCalls
import VaultCore

extension GrantActivate: DescribedCall {
  static let shape = Shape<GrantActivate>(
    Member("request", \.request, .ordinal(from: 1)),
    Member(optional: "ticket", \.ticket, .ticket),
    Member("hold", \.hold, .hold, unless: .connection),
    Member("wait", \.waits, .bool, unless: false),
    as: GrantActivate.init)
}

extension GrantClose: DescribedCall {
  static let shape = Shape<GrantClose>(
    Member("request", \.request, .ordinal(from: 1)),
    Member(optional: "ticket", \.ticket, .ticket),
    Member("outcome", \.outcome, .outcome),
    as: GrantClose.init)
}

extension GrantResume: DescribedCall {
  static let shape = Shape<GrantResume>(
    Member("request", \.request, .ordinal(from: 1)),
    Member("ticket", \.ticket, .ticket),
    as: GrantResume.init)
}

extension GrantHold: DescribedCall {
  static let shape = Shape<GrantHold>(
    Member("request", \.request, .ordinal(from: 1)),
    Member(optional: "ticket", \.ticket, .ticket),
    Member("replaces", \.replaces, .bool, unless: false),
    as: GrantHold.init)
}

extension Kind where Value == Grant.Hold {
  fileprivate static var hold: Self {
    .word(
      "hold is connection or ticket", { text in [.connection, .ticket].first { $0.text == text } },
      \.text)
  }
}

extension Kind where Value == RequestState.Outcome {
  /// How a job says that it went; the other outcomes are the vault's own words.
  fileprivate static var outcome: Self {
    .word(
      "outcome is success or failure",
      { text in [.success, .failure].first { $0.rawValue == text } }, \.rawValue)
  }
}
