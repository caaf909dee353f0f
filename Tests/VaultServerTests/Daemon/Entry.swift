import CPeer
import Glibc
import Testing
import VaultCore

@testable import VaultServer

/// A socket that accounts of the host connect to, and an account database that a test answers for.
///
/// Invariant: uids below 100 have an account, all others have none; a closed door lets nobody find out.
final class Entry {
  let clock = HandClock()
  let accounts: AccountDatabase
  let residents: Residents
  let socket: SocketFile
  /// Whoever asks the account database stands before it.
  let database: Door
  private let scratch: Scratch
  private var descriptors: [Int32] = []

  /// - Parameter isHanging: whether the account database answers nobody.
  init(isHanging: Bool = false) throws {
    let database = Door(open: !isHanging)
    self.database = database
    scratch = try Scratch()
    let source = AccountSource(
      account: { uid throws(AccountFault) in
        database.pass()
        return uid < 100 ? Account(uid: uid, name: "account-\(uid)", groups: []) : nil
      }, uid: { _ throws(AccountFault) in nil }, gid: { _ throws(AccountFault) in nil })
    accounts = AccountDatabase(
      source: source, subordinates: SubordinateIDs(path: scratch.file("no-subuid")),
      overflow: OverflowIDs(), clock: clock.now, timer: clock.after)
    residents = Residents(accounts)
    socket = try SocketFile(path: scratch.file("s"), mode: 0o666, group: nil)
  }

  /// Gives away the parts that the first uids without an account have.
  func spendParts() {
    for uid: UInt32 in 900_000..<(900_000 + UInt32(Residents.few)) {
      let inbox = Inbox<Bool>()
      residents.ask(uid) { inbox.put($0) }
      #expect(inbox.take() == true)
    }
  }

  /// Connects as an account; the descriptor stays open as long as this.
  func connect(as uid: UInt32) throws -> Int32 {
    let made = envgate_test_connect_as(socket.path, uid, uid)
    try #require(made >= 0, "errno \(-made)")
    descriptors.append(made)
    return made
  }

  /// Somebody who is in, in their account's own lane.
  func guest(
    _ uid: UInt32, door: Doorkeeper.Door = .main(OverflowIDs()), process: Int32? = nil
  ) throws -> Doorkeeper.Guest {
    _ = try connect(as: uid)
    var polled = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
    try #require(poll(&polled, 1, 10_000) == 1)
    let accepted = accept(socket.descriptor, nil, nil)
    try #require(accepted >= 0)
    descriptors.append(accepted)
    let credentials = try PeerCredentials(descriptor: accepted)
    try #require(credentials.uid == uid)
    return Doorkeeper.Guest(
      descriptor: accepted, door: door, credentials: credentials,
      process: process.map { PeerProcess(pid: $0, identity: .start(nil, uid: uid)) }
        ?? PeerProcess(credentials),
      lane: .subject(.account(uid)))
  }

  deinit {
    database.open()
    for descriptor in descriptors { close(descriptor) }
    close(socket.descriptor)
  }
}

extension Lane {
  /// The lane of an account.
  static func own(_ uid: UInt32) -> Lane { .subject(.account(uid)) }
}
