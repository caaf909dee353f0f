import Testing
import VaultProtocol

@testable import envgate

/// Which refusals a job waits out, and how long.
@Suite struct HostPatienceTests {
  /// Those that pass by themselves, and those that somebody has to mend.
  private static let passing: Set<Reason> = [
    .accountUnavailable, .peerUnknown, .clockTrial, .busy, .memoryLimit, .rateLimit, .timeLimit,
  ]
  private static let mended: Set<Reason> = [
    .storageUnavailable, .auditUnavailable, .clockBehind, .backupRoom,
  ]

  /// What becomes of refusals that come one after the other, at these times in milliseconds.
  private func allowed(_ refusals: [(Reason?, Int64)], until end: Int64? = nil) -> [Bool] {
    var patience = HostPatience(until: end)
    return refusals.map { patience.allows($0.0, at: $0.1) }
  }

  @Test(arguments: Reason.allCases)
  func `only what is about the host is tried again, and no refusal of the request is`(
    reason: Reason
  ) {
    let isOfHost = Self.passing.contains(reason) || Self.mended.contains(reason)
    #expect(allowed([(reason, 1_000)]) == [isOfHost])
    #expect(allowed([(reason, 1_999), (reason, 2_000)], until: 2_000) == [isOfHost, false])
  }

  @Test func `a reason that this client does not know ends the wait`() {
    #expect(allowed([(nil, 0)]) == [false])
  }

  @Test(arguments: passing)
  func `what passes by itself is waited for as long as anything else`(reason: Reason) {
    #expect(allowed([(reason, 0), (reason, 1_000_000_000)]) == [true, true])
  }

  @Test(arguments: mended)
  func `what somebody must mend is waited for one minute in all, whatever comes between`(
    reason: Reason
  ) {
    #expect(
      allowed([
        (reason, 5_000), (.accountUnavailable, 30_000), (reason, 64_999), (reason, 65_000),
        (.accountUnavailable, 65_000), (.clockBehind, 65_001), (.storageUnavailable, 65_001),
      ]) == [true, true, true, false, true, false, false])
  }
}
