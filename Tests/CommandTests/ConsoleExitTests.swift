import ArgumentParser
import Promises
import StrictJSON
import Testing
import VaultClient
import VaultProtocol

@testable import envgate

// The testing library has an `ExitStatus` of its own.
private typealias Code = envgate.ExitStatus

@Suite struct ConsoleExitTests {
  /// What each reason of the wire means to a script: written out here a second time, so that a new reason
  /// gets no code without a thought.
  private static let meanings: [(code: Int32, reasons: [Reason])] = [
    // Bad data.
    (
      65,
      [
        .nameInvalid, .nameCase, .nameReserved, .nameTaken, .gateInvalid, .textInvalid,
        .paramsInvalid, .valueLimit, .valueEmpty,
      ]
    ),
    // A fault of ours.
    (70, [.internalFault, .jsonInvalid, .messageInvalid, .methodUnknown, .lineLimit]),
    // Storage tampered, behind or failing: call somebody.
    (
      74,
      [.storageTampered, .clockBehind, .storageUnavailable, .auditUnavailable, .backupRoom]
    ),
    // Try again.
    (
      75,
      [
        .gateWaiting, .grantBusy, .rateLimit, .timeLimit, .busy, .memoryLimit, .connectionLimit,
        .requestLimit, .recordLimit, .grantLimit, .accountUnavailable, .clockTrial, .peerUnknown,
        .serverStopping, .importEnded, .backupBusy, .backupEnded,
      ]
    ),
    // Refused: for want of a role, of a thing, or of room that only somebody else makes.
    (
      77,
      [
        .accessDenied, .peerRefused, .gateRequired, .gateRefused, .gateWeaker, .selfReview,
        .reviewRepeated, .reviewLimit, .ticketRequired, .digestMismatch, .casMismatch,
        .revisionMismatch, .environmentUnknown, .environmentExists, .environmentInUse,
        .environmentLimit, .principalUnknown, .secretUnknown, .secretLimit, .secretDisabled,
        .versionUnknown, .versionState, .variableUnknown, .variableLimit, .requestUnknown,
        .requestEnded, .grantExpired, .grantHeld, .grantOutdated, .readLimit, .nameNew,
        .secretEmpty, .rootKeyUnfit, .gateUnconfirmed,
      ]
    ),
  ]

  @Test(arguments: Reason.allCases)
  func `every reason of the wire has the exit code of its meaning`(reason: Reason) {
    let codes = Self.meanings.filter { $0.reasons.contains(reason) }.map(\.code)
    #expect(codes == [Code(reason).rawValue], "\(reason.rawValue)")
  }

  @Test(
    arguments: [
      .noDaemon(path: "/s"), .staleSocket(path: "/s"), .notASocket(path: "/s"),
      .noPermission(path: "/s"), .pathTooLong(limit: 107), .connectionLost,
      .timedOut,
    ] as [ClientFault])
  func `a daemon that cannot be reached is 69`(fault: ClientFault) {
    #expect(Failure(fault, isExec: false).code == 69)
  }

  @Test func `a daemon that may not be trusted is a refusal`() {
    #expect(Failure(ClientFault.untrustedServer(path: "/s", uid: 1_001), isExec: false).code == 77)
  }

  @Test func `a daemon that takes no connection now is worth another try`() {
    #expect(Failure(ClientFault.busy(path: "/s"), isExec: false).code == 75)
  }

  @Test func `a reason that only a newer daemon knows is somebody's to look at`() throws {
    var reader = JSONReader()
    let text = #"{"code":-32099,"message":"no","data":{"reason":"gate.window"}}"#
    let error = try unsafe Array(text.utf8).withUnsafeBytes { bytes in
      try unsafe reader.read(bytes) { try WireError($0) }
    }
    let failure = Failure(error, isExec: false)
    #expect(failure.fault?.reason == "gate.window")
    #expect(failure.code == 70)
  }

  @Test func `a fault that no command line mends is none of usage`() {
    struct Odd: Error {}
    let failure = Failure(Odd(), isExec: false)
    #expect(failure.fault?.reason == "internal")
    #expect(failure.code == 70)
  }

  @Test(arguments: OwnReason.allCases)
  func `no reason of the client's own is taken for another of the vault's`(reason: OwnReason) {
    #expect(Reason(rawValue: reason.rawValue) == nil)
    #expect(Failure(CommandFault(reason, "x"), isExec: false).code >= 64)
  }

  @Test(
    arguments: [
      WireError(.accessDenied, "no"), ClientFault.noDaemon(path: "/s"),
      CommandFault(.requestWaiting, "still"), CommandFault(.usage, "how"),
      ValidationError("how"), ClientFault.system(call: "x", error: 5),
    ] as [any Error & Sendable])
  func `every failure of its own is 125 for exec`(error: any Error & Sendable) {
    let failure = Failure(error, isExec: true)
    #expect(failure.code == 125)
    #expect(failure.fault != nil)
  }

  @Test func `a command that cannot be run keeps the codes of env`() {
    #expect(Failure(CommandFault(.commandNotFound, "x"), isExec: true).code == 127)
    #expect(Failure(CommandFault(.commandNotInvoked, "x"), isExec: true).code == 126)
  }

  @Test(arguments: [0, 1, 77, 125, 137]) func `a child's own code is passed on`(code: Int32) {
    let failure = Failure(ChildEnded(code: code), isExec: true)
    #expect(failure.code == code)
    #expect(failure.fault == nil)
  }

  @Test func `a reader who went away ends the program quietly`() {
    let failure = Failure(Console.ReaderGone(), isExec: false)
    #expect(failure.code == 0)
    #expect(failure.fault == nil)
    #expect(failure.output.isEmpty)
  }

  @Test(.promise(.daemonTextIsOneLine))
  func `what a daemon says cannot forge another line`() {
    let failure = Failure(WireError(.accessDenied, "no\nenvgate: done\u{1B}[2J"), isExec: false)
    #expect(failure.fault?.sentence == "no\\u{A}envgate: done\\u{1B}[2J")
  }

  @Test func `no two endings share a code`() {
    let all = Code.allCases
    #expect(Set(all.map(\.rawValue)).count == all.count)
  }
}
