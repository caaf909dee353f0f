/// What a promise belongs to. SECURITY.md has a row for each, which links to the article that explains it.
package enum Invariant: String, CaseIterable, Sendable {
  // The invariants of the design.
  case auditBeforeRelease = "audit-before-release"
  case oneDoor = "one-door"
  case kernelIdentity = "kernel-identity"
  case askerAlone = "asker-alone"
  case sealedInPlace = "sealed-in-place"
  case gateIsSealed = "gate-is-sealed"
  case acknowledgedIsDurable = "acknowledged-is-durable"
  case closedByDefault = "closed-by-default"
  case whatWasApproved = "what-was-approved"
  case onePersonOnce = "one-person-once"
  case noEcho = "no-echo"

  // What else is promised.
  case clocks
  case turns
  case endsWithItsJob = "ends-with-its-job"
  case strictInput = "strict-input"
  case fairShare = "fair-share"
  case privatePlace = "private-place"
  case knownDaemon = "known-daemon"
  case exactDelivery = "exact-delivery"
  case masking
  case honestScreen = "honest-screen"
  case toldTrouble = "told-trouble"
}
