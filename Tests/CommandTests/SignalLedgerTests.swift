import Testing

@testable import envgate

/// The rules by which a signal reaches a command once, without any process.
@Suite struct SignalLedgerTests {
  private static let term = SignalLedger.Signal(number: 15, pid: 7, uid: 0)
  private static let others = [
    SignalLedger.Signal(number: 2, pid: 7, uid: 0), SignalLedger.Signal(number: 15, pid: 8, uid: 0),
    SignalLedger.Signal(number: 15, pid: 7, uid: 1),
  ]

  private func ledger() -> Ledger { Ledger(SignalLedger(hasWitness: true, since: 0)) }

  /// All that is passed on up to a time, with a witness that answers at once.
  private func passed(_ ledger: Ledger, upTo end: Int64) -> [SignalLedger.Signal] {
    var passed: [SignalLedger.Signal] = []
    for now in 0...end {
      let step = ledger.step(now: now)
      if step.asks { ledger.witnessAnswered() }
      passed += step.passed + ledger.step(now: now).passed
    }
    return passed
  }

  @Test(arguments: [-200, -199, -30, 0, 1, 100, 200] as [Int64])
  func `signal-once: what the witness had within 200 ms either way is not passed on`(apart: Int64) {
    let ledger = self.ledger()
    let (ours, its): (Int64, Int64) = (1_000, 1_000 + apart)
    if apart <= 0 {
      #expect(!ledger.witnessed(Self.term, at: its))
      #expect(ledger.came(Self.term, since: ours, now: ours))
    } else {
      #expect(!ledger.came(Self.term, since: ours, now: ours))
      #expect(ledger.step(now: its).passed.isEmpty)
      #expect(ledger.witnessed(Self.term, at: its))
    }
    #expect(passed(ledger, upTo: 3_000).isEmpty)
  }

  @Test func `signal-once: what is sent to us alone is passed on after 200 ms, in order`() {
    let ledger = self.ledger()
    for (index, signal) in ([Self.term] + Self.others).enumerated() {
      #expect(!ledger.came(signal, since: 0, now: 1_000 + Int64(index)))
    }
    #expect(ledger.step(now: 1_199) == .init(next: 1_200))
    #expect(ledger.step(now: 1_203).asks)
    ledger.witnessAnswered()
    #expect(ledger.step(now: 1_204).passed == [Self.term] + Self.others)
    #expect(ledger.step(now: 9_000) == .init())
  }

  @Test(arguments: others)
  func `signal-once: another number or sender is another signal`(other: SignalLedger.Signal) {
    let ledger = self.ledger()
    #expect(!ledger.witnessed(other, at: 990))
    #expect(!ledger.came(Self.term, since: 990, now: 1_000))
    #expect(!ledger.witnessed(other, at: 1_010))
    #expect(passed(ledger, upTo: 3_000) == [Self.term])
  }

  @Test func `signal-once: several of one kind that arrive as one are matched by one`() {
    let ledger = self.ledger()
    #expect(!ledger.came(Self.term, since: 1_000, now: 1_000))
    #expect(!ledger.came(Self.term, since: 1_000, now: 1_001))
    #expect(ledger.witnessed(Self.term, at: 1_002))
    #expect(ledger.came(Self.term, since: 1_001, now: 1_150))
    #expect(passed(ledger, upTo: 3_000).isEmpty)
  }

  @Test func `signal-once: the same signal to us alone, later, is passed on`() {
    let ledger = self.ledger()
    #expect(!ledger.witnessed(Self.term, at: 1_000))
    #expect(ledger.came(Self.term, since: 900, now: 1_000))
    #expect(!ledger.came(Self.term, since: 1_000, now: 1_201))
    #expect(passed(ledger, upTo: 3_000) == [Self.term])
  }

  @Test func `signal-once: who is held up, stopped say, still knows what the witness had`() {
    let ledger = self.ledger()
    #expect(!ledger.witnessed(Self.term, at: 1_500))
    #expect(ledger.came(Self.term, since: 1_000, now: 9_000))
    // It had none between our looks.
    let later = self.ledger()
    #expect(!later.witnessed(Self.term, at: 700))
    #expect(!later.came(Self.term, since: 1_000, now: 9_000))
  }

  @Test
  func `signal-once: a witness without a processor is waited for, a stopped one not for ever`() {
    let slow = self.ledger()
    #expect(!slow.came(Self.term, since: 0, now: 0))
    #expect(slow.step(now: 200).asks)
    #expect(slow.step(now: 900) == .init(next: 1_200))
    // The answer comes behind what it had.
    #expect(slow.witnessed(Self.term, at: 901))
    slow.witnessAnswered()
    #expect(slow.step(now: 901) == .init())
    let stopped = self.ledger()
    #expect(!stopped.came(Self.term, since: 0, now: 0))
    #expect(stopped.step(now: 1_199).passed.isEmpty)
    #expect(stopped.step(now: 1_200).passed == [Self.term])
  }

  @Test func `signal-once: an answer speaks for what was due when it was asked for`() {
    let ledger = self.ledger()
    #expect(!ledger.came(Self.term, since: 0, now: 0))
    #expect(!ledger.came(Self.others[0], since: 0, now: 150))
    #expect(ledger.step(now: 200).asks)
    ledger.witnessAnswered()
    #expect(ledger.step(now: 201) == .init(passed: [Self.term], next: 350))
    #expect(ledger.step(now: 350).asks)
    #expect(ledger.witnessed(Self.others[0], at: 351))
  }

  @Test
  func `signal-once: without a witness all is passed on at once, and what waits as it leaves`() {
    let none = Ledger(SignalLedger(hasWitness: false, since: 0))
    #expect(!none.came(Self.term, since: 0, now: 5))
    #expect(none.step(now: 5).passed == [Self.term])
    let killed = self.ledger()
    #expect(!killed.came(Self.term, since: 0, now: 5))
    #expect(killed.step(now: 6).passed.isEmpty)
    killed.witnessLeft()
    #expect(killed.step(now: 7).passed == [Self.term])
  }

  @Test func `signal-once: what the witness had before there was a command is nothing`() {
    let ledger = Ledger(SignalLedger(hasWitness: true, since: 1_000))
    #expect(!ledger.witnessed(Self.term, at: 999))
    #expect(!ledger.came(Self.term, since: 1_000, now: 1_001))
    #expect(passed(ledger, upTo: 3_000) == [Self.term])
  }

  @Test func `signal-once: a command that leads its own group would lead ours where we do`() {
    for (inGroup, inSession, weLead) in [
      (true, true, true), (true, true, false), (false, false, true), (false, false, false),
      (false, true, false),
    ] {
      #expect(
        !SignalLedger.isMissed(inOurGroup: inGroup, inOurSession: inSession, weLead: weLead))
    }
    #expect(SignalLedger.isMissed(inOurGroup: false, inOurSession: true, weLead: true))
  }
}

/// A ledger that the macros of the testing library can ask.
private final class Ledger {
  private var ledger: SignalLedger

  init(_ ledger: SignalLedger) { self.ledger = ledger }

  func came(_ signal: SignalLedger.Signal, since: Int64, now: Int64) -> Bool {
    ledger.came(signal, since: since, now: now)
  }

  func witnessed(_ signal: SignalLedger.Signal, at time: Int64) -> Bool {
    ledger.witnessed(signal, at: time)
  }

  func step(now: Int64) -> SignalLedger.Step { ledger.step(now: now) }
  func witnessAnswered() { ledger.witnessAnswered() }
  func witnessLeft() { ledger.witnessLeft() }
}
