import Promises
import Testing
import VaultCore

@testable import VaultServer

@Suite struct `uids that are accounts of the host` {
  /// An account database that knows some uids, or nothing, or does not answer.
  private final class Host: Sendable {
    enum State { case well, empty, failing }
    let accounts: AccountDatabase
    let state = Locked(State.well)
    let clock = SteppedClock()
    let scratch: Scratch
    let residents: Residents

    /// - Parameters:
    ///   - count: how many uids have an account, from 0 on.
    ///   - subuid: what the file of subordinate uids says.
    init(knowing count: UInt32 = 100, subuid: String = "") throws {
      let state = state
      scratch = try Scratch()
      try scratch.write(subuid, to: "subuid")
      let source = AccountSource(
        account: { uid throws(AccountFault) in
          switch state.withLock({ $0 }) {
          case .well: uid < count ? Account(uid: uid, name: "account-\(uid)", groups: []) : nil
          case .empty: nil
          case .failing: throw AccountFault(code: 5)
          }
        }, uid: { _ throws(AccountFault) in nil }, gid: { _ throws(AccountFault) in nil })
      accounts = AccountDatabase(
        source: source, subordinates: SubordinateIDs(path: scratch.file("subuid")),
        overflow: OverflowIDs(), clock: clock.now, timer: clock.after)
      residents = Residents(accounts)
    }

    func ask(_ uid: UInt32) -> Bool? {
      let inbox = Inbox<Bool>()
      residents.ask(uid) { inbox.put($0) }
      return inbox.take()
    }
  }

  /// Uids without an account that have a part of their own.
  private static let first = 400_000..<(400_000 + UInt32(Residents.few))

  @Test(.promise(.unknownUIDsShareOnePart))
  func `without an account the first few have a part of their own, and all others one`()
    throws
  {
    let host = try Host()
    for uid in Self.first { #expect(host.ask(uid) == true) }
    #expect(host.ask(500_000) == false)
    for uid in Self.first { #expect(host.residents.standing(of: uid) == .account) }
    #expect(host.residents.standing(of: 500_000) == .stranger)
    #expect(host.residents.standing(of: OverflowIDs().uid) == .stranger)
  }

  @Test func `are those that the account database knows, and root, and no others`() throws {
    let host = try Host()
    for uid in Self.first { _ = host.ask(uid) }
    #expect(host.residents.standing(of: 0) == .account)
    #expect(host.residents.standing(of: 1) == .unknown)
    #expect(host.ask(1) == true)
    #expect(host.ask(500_000) == false)
    #expect(host.residents.standing(of: 1) == .account)
    #expect(host.residents.standing(of: 500_000) == .stranger)
    #expect(host.residents.standing(of: OverflowIDs().uid) == .stranger)
  }

  @Test(.promise(.unknownUIDsShareOnePart))
  func `stay accounts while the database does not answer, and not once it knows none`() throws {
    let host = try Host()
    for uid in Self.first { _ = host.ask(uid) }
    #expect(host.ask(1) == true)
    host.state.withLock { $0 = .failing }
    host.clock.pass(60_000)
    #expect(host.residents.standing(of: 1) == .account)
    // Of whoever was not known before nobody can tell.
    #expect(host.ask(2) == false)
    host.state.withLock { $0 = .empty }
    #expect(host.ask(1) == false)
    #expect(host.residents.standing(of: 1) == .stranger)
  }

  @Test func `however many others come, an account stays known`() throws {
    let host = try Host()
    for uid in Self.first { _ = host.ask(uid) }
    #expect(host.ask(1) == true)
    for uid: UInt32 in 500_000..<506_000 { #expect(host.ask(uid) == false) }
    #expect(host.residents.standing(of: 1) == .account)
  }

  @Test func `whom the database has once said to be none is none while it does not answer`() throws
  {
    for isAsked in [true, false] {
      let host = try Host()
      for uid in Self.first { _ = host.ask(uid) }
      #expect(host.ask(1) == true)
      host.clock.pass(60_000)
      host.state.withLock { $0 = .empty }
      if isAsked {
        #expect(host.ask(1) == false)
      } else {
        // Somebody else has asked, and it is told at the next look.
        let inbox = Inbox<AccountAnswer>()
        host.accounts.lookup(1) { inbox.put($0) }
        #expect(inbox.take() == .nobody)
        #expect(host.residents.standing(of: 1) == .stranger)
      }
      host.state.withLock { $0 = .failing }
      host.clock.pass(60_000)
      #expect(host.residents.standing(of: 1) == .unknown)
      #expect(host.ask(1) == false)
    }
  }

  @Test func `an account that another question has found stays one as well`() throws {
    let host = try Host()
    let inbox = Inbox<AccountAnswer>()
    host.accounts.lookup(1) { inbox.put($0) }
    #expect(inbox.take() != nil)
    #expect(host.residents.standing(of: 1) == .account)
    host.state.withLock { $0 = .failing }
    host.clock.pass(60_000)
    #expect(host.residents.standing(of: 1) == .account)
  }

  @Test func `an account stays one though another question about it got no answer`() throws {
    let host = try Host()
    for uid in Self.first { _ = host.ask(uid) }
    #expect(host.ask(1) == true)
    host.state.withLock { $0 = .failing }
    host.clock.pass(60_000)
    let inbox = Inbox<AccountAnswer>()
    host.accounts.lookup(1) { inbox.put($0) }
    #expect(inbox.take() == .unavailable)
    #expect(host.residents.standing(of: 1) == .account)
    #expect(host.ask(1) == true)
  }

  @Test func `uids that are others' by their number take no part away`() throws {
    let host = try Host(subuid: "alice:300000:65536\n")
    for uid: UInt32 in 300_000..<300_100 {
      #expect(host.residents.standing(of: uid) == .stranger)
      #expect(host.ask(uid) == false)
    }
    #expect(host.residents.standing(of: OverflowIDs().uid) == .stranger)
    for uid in Self.first { #expect(host.ask(uid) == true) }
  }

  @Test func `so many accounts are remembered, and one that comes again displaces none`() throws {
    let most = UInt32(Residents.most)
    let host = try Host(knowing: most + 101)
    for uid in 1...(most + 100) { #expect(host.ask(uid) == true) }
    for _ in 0..<100 { #expect(host.residents.standing(of: most + 100) == .account) }
    host.state.withLock { $0 = .failing }
    host.clock.pass(60_000)
    let remembered = (1...(most + 100)).count { host.residents.standing(of: $0) == .account }
    #expect(remembered == Residents.most)
  }
}
