import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultServer

/// A database in which some questions hang until their thread is interrupted, in a system call as
/// `open` does on a pipe that nobody writes to.
private final class Stall: Sendable {
  let clock = SteppedClock()
  let scratch: Scratch
  /// Who was looked up, as it began.
  let begun = Inbox<String>()
  /// The errno that each hang ended with.
  let ended = Inbox<Int32>()
  let slow: Locked<Set<UInt32>>
  let database: AccountDatabase

  init<S: Sequence>(slow: S) throws where S.Element == UInt32 {
    let (begun, ended, slow) = (begun, ended, Locked(Set(slow)))
    self.slow = slow
    scratch = try Scratch()
    let visit = { @Sendable (who: String, hangs: Bool) throws(AccountFault) in
      // Held back until pselect waits, so that no signal comes between the two.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGURG)
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      defer { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
      begun.put(who)
      guard hangs else { return }
      sigemptyset(&signals)
      var patience = timespec(tv_sec: 20, tv_nsec: 0)
      let code = pselect(0, nil, nil, nil, &patience, &signals) == 0 ? 0 : errno
      sigaddset(&signals, SIGURG)
      ended.put(code)
      throw AccountFault(code: code)
    }
    let source = AccountSource(
      account: { uid throws(AccountFault) in
        try visit("uid \(uid)", slow.withLock { $0.contains(uid) })
        return Stall.account(uid)
      },
      uid: { name throws(AccountFault) in
        try visit(name, slow.withLock { !$0.isEmpty })
        return 7
      },
      gid: { _ throws(AccountFault) in nil })
    database = AccountDatabase(
      source: source, subordinates: SubordinateIDs(path: scratch.file("no-subuid")),
      overflow: OverflowIDs(), clock: clock.now, timer: clock.after)
  }

  static func account(_ uid: UInt32) -> Account {
    Account(uid: uid, name: "account-\(uid)", groups: [])
  }

  func ask(_ uid: UInt32) -> Inbox<AccountAnswer> {
    let inbox = Inbox<AccountAnswer>()
    database.lookup(uid) { inbox.put($0) }
    return inbox
  }

  func resolve(_ name: String) -> Inbox<AccountDatabase.Resolution> {
    let inbox = Inbox<AccountDatabase.Resolution>()
    database.resolve([.user(name)]) { inbox.put($0) }
    return inbox
  }

  /// Waits until so many more look-ups have begun.
  func hasBegun(_ count: Int) -> Bool { (0..<count).allSatisfy { _ in begun.take() != nil } }

  /// Waits until so many more hangs were interrupted.
  func wereInterrupted(_ count: Int) -> Bool {
    (0..<count).allSatisfy { _ in ended.take() == EINTR }
  }
}

@Suite struct `an account database that hangs` {
  @Test(.promise(.hangingAccountDatabase))
  func `the threads that hang are freed, and the next questions are answered`() throws {
    let stall = try Stall(slow: 1...4)
    let told = (1...4).map { stall.ask($0) }
    #expect(stall.hasBegun(4))
    stall.clock.pass(2_000)
    for inbox in told { #expect(inbox.take() == .unavailable) }
    #expect(stall.ended.count == 0)
    stall.slow.withLock { $0 = [] }
    stall.clock.pass(3_000)
    #expect(stall.wereInterrupted(4))
    for uid: UInt32 in 1...4 { #expect(stall.ask(uid).take() == .known(Stall.account(uid))) }
    for inbox in told { #expect(inbox.count == 0) }
  }

  @Test func `while it lasts each question is refused in time, and threads are bounded`() throws {
    let stall = try Stall(slow: 1...40)
    for round in 0..<5 {
      let told = (1...40).map { stall.ask($0) }
      if round == 0 { #expect(stall.hasBegun(4)) }
      for _ in 0..<20 { stall.clock.pass(100) }
      #expect(stall.database.threadCount <= 16, "round \(round)")
      for inbox in told { #expect(inbox.take() == .unavailable) }
      #expect(told.allSatisfy { $0.count == 0 })
    }
    // Each hang was begun, broken off after five seconds and begun anew.
    #expect(stall.wereInterrupted(4))
    stall.slow.withLock { $0 = [] }
    for _ in 0..<2_000 where stall.database.threadCount > 0 {
      stall.clock.pass(1_000)
      poll(nil, 0, 5)
    }
    #expect(stall.database.threadCount == 0)
    #expect(stall.ask(1).take() == .known(Stall.account(1)))
  }

  @Test func `a question that hangs is held once, and asked again for whoever came since`() throws {
    let stall = try Stall(slow: [1])
    let first = stall.ask(1)
    #expect(stall.hasBegun(1))
    stall.clock.pass(4_500)
    #expect(first.take() == .unavailable)
    let since = (0..<5).map { _ in stall.ask(1) }
    #expect(stall.database.threadCount == 1)
    stall.slow.withLock { $0 = [] }
    stall.clock.pass(500)
    for inbox in since { #expect(inbox.take() == .known(Stall.account(1))) }
    #expect(stall.hasBegun(1))
    #expect(stall.begun.count == 0)
  }

  @Test(.promise(.slowLookUps))
  func `four that are slow hold up a fifth for a moment only`() throws {
    let stall = try Stall(slow: 1...4)
    let slow = (1...4).map { stall.ask($0) }
    #expect(stall.hasBegun(4))
    let quick = (5...9).map { stall.ask($0) }
    #expect(stall.database.threadCount == 4)
    stall.clock.pass(100)
    for (inbox, uid) in zip(quick, UInt32(5)...9) {
      #expect(inbox.take() == .known(Stall.account(uid)))
    }
    #expect(slow.allSatisfy { $0.count == 0 })
    stall.clock.pass(4_900)
    #expect(stall.wereInterrupted(4))
  }

  @Test func `names hold half of the threads at most, and uids find the others`() throws {
    let stall = try Stall(slow: [1])
    let names = (0..<20).map { stall.resolve("name-\($0)") }
    #expect(stall.hasBegun(4))
    stall.clock.pass(100)
    #expect(stall.hasBegun(4))
    stall.clock.pass(100)
    #expect(stall.database.threadCount == 8)
    let uid = stall.ask(2)
    stall.clock.pass(100)
    #expect(uid.take() == .known(Stall.account(2)))
    stall.clock.pass(2_000)
    for inbox in names { #expect(inbox.take() == .failure(.accountUnavailable)) }
    stall.clock.pass(3_000)
    #expect(stall.wereInterrupted(8))
  }

  @Test func `what a name stands for is asked after it was wanted, not before`() throws {
    let stall = try Stall(slow: [1])
    let first = stall.resolve("alice")
    #expect(stall.hasBegun(1))
    stall.clock.pass(4_500)
    #expect(first.take() == .failure(.accountUnavailable))
    let since = stall.resolve("alice")
    stall.slow.withLock { $0 = [] }
    stall.clock.pass(500)
    #expect(since.take() == .success([.user(name: "alice", uid: 7)]))
    #expect(stall.hasBegun(1))
  }

  @Test func `of a question that was broken off the host's database says nothing`() throws {
    let inquiry = try AccountInquiry()
    defer { inquiry.end() }
    #expect(!inquiry.isBrokenOff)
    #expect(try AccountSource.system.account(0)?.name == "root")
    inquiry.breakOff()
    let refusal = AccountFault(code: ETIMEDOUT)
    #expect(inquiry.isBrokenOff)
    #expect(throws: refusal) { try AccountSource.system.account(0) }
    #expect(throws: refusal) { try AccountSource.system.account(3_999_999_999) }
    #expect(throws: refusal) { try AccountSource.system.uid("root") }
    #expect(throws: refusal) { try AccountSource.system.gid("root") }
  }

  @Test func `a signal that somebody else sends is no answer either`() throws {
    let inquiry = try AccountInquiry()
    defer { inquiry.end() }
    pthread_kill(pthread_self(), SIGURG)
    #expect(throws: AccountFault(code: ETIMEDOUT)) { try AccountSource.system.account(0) }
  }

  @Test func `a signal for one question does not break off the next`() throws {
    let first = try AccountInquiry()
    // Comes too late: the question has ended, and the signal waits.
    first.end()
    first.breakOff()
    let second = try AccountInquiry()
    defer { second.end() }
    #expect(!second.isBrokenOff)
    #expect(try AccountSource.system.account(0)?.name == "root")
  }

  @Test(.promise(.listOfSubordinateUIDsIsAFile))
  func `kernel-identity: a pipe in place of the list of subordinate uids is no list`()
    throws
  {
    let scratch = try Scratch()
    let path = scratch.file("subuid")
    try #require(mkfifo(path, 0o600) == 0)
    #expect(throws: SystemFault("read", path, code: EINVAL)) {
      try SubordinateIDs(path: path).contains(100_000)
    }
  }
}
