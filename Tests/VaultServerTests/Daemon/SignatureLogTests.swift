import NIOCore
import Promises
import SecretMemory
import Testing
import VaultCore
import VaultEngine

@testable import VaultServer

@Suite struct `the signed heads in the log` {
  /// Signatures of a real vault, one after the other.
  private static func signatures(_ count: Int) throws -> [ChainSignature] {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let key = try [UInt8](repeating: 9, count: 32).withUnsafeBytes { try SecretBuffer(copying: $0) }
    let now = RunningDaemon.reading()
    let engine = try VaultEngine(
      directory: bench.folder + "/state", rootKey: key,
      configuration: bench.configuration().engine, now: now
    ) { _ in }
    let vault = Caller(
      uid: .max, kernelGroups: [], isOverflow: true, connection: 0, account: .nobody)
    return try (0..<count).map { _ in
      let outcome = engine.commit(
        [Command(caller: vault, action: .lifecycle(.serverStarted))], now: now)
      return try #require(outcome.signature)
    }
  }

  @Test(.promise(.signedHeadsLeaveTheHost))
  func `a head is logged at the start, once an hour with news, after a reload and at a stop`()
    throws
  {
    let heads = try Self.signatures(5)
    var log = SignatureLog()
    let start = NIODeadline.now()
    #expect(log.next(now: start, isStopping: false) == nil)
    log.signed(heads[0])
    #expect(log.next(now: start, isStopping: false)?.sequence == heads[0].sequence)
    // Within the hour it waits, and the newest one counts.
    log.signed(heads[1])
    #expect(log.next(now: start + .minutes(59), isStopping: false) == nil)
    log.signed(heads[2])
    #expect(
      log.next(now: start + .minutes(60), isStopping: false)?.sequence == heads[2].sequence)
    // Without news nothing is said, however long that is.
    #expect(log.next(now: start + .hours(9), isStopping: false) == nil)
    log.signed(heads[3])
    #expect(log.next(now: start + .minutes(61), isStopping: false) == nil)
    log.isDue = true
    #expect(
      log.next(now: start + .minutes(61), isStopping: false)?.sequence == heads[3].sequence)
    log.signed(heads[4])
    #expect(log.next(now: start + .minutes(62), isStopping: false) == nil)
    #expect(log.next(now: start + .minutes(62), isStopping: true)?.sequence == heads[4].sequence)
    #expect(log.next(now: start + .minutes(62), isStopping: true) == nil)
  }
}
