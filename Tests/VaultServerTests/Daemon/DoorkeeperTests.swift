import Glibc
import Testing
import VaultCore
import VaultProtocol

@testable import VaultServer

/// The thread that accepts, without the daemon behind it.
@Suite(.serialized, .enabled(if: geteuid() == 0, "only root can connect as somebody else"))
struct `whoever comes to the door` {
  /// A doorkeeper, and whom it let in.
  private final class House {
    let entry: Entry
    let admission: Admission
    let guests = Inbox<Doorkeeper.Guest>()
    let keeper: Doorkeeper
    /// The main socket's descriptor, which is the doorkeeper's.
    let main: Int32
    let job: JobEntrance
    let jobSocket: Int32

    init(isHanging: Bool = false, connections: Int = 64, perLane: Int = 64) throws {
      let entry = try Entry(isHanging: isHanging)
      self.entry = entry
      admission = Admission(.init(connections: connections, connectionsPerLane: perLane))
      main = fcntl(entry.socket.descriptor, F_DUPFD_CLOEXEC, 3)
      let name = try #require(SocketName("gitlab"))
      job = JobEntrance(
        Configuration.JobSocket(name: name, path: "/none", mode: 0o600, group: nil))
      jobSocket = fcntl(entry.socket.descriptor, F_DUPFD_CLOEXEC, 3)
      let guests = guests
      keeper = try Doorkeeper(
        [(main, .main(OverflowIDs()))], admission: admission, residents: entry.residents,
        looks: LookThreads()
      ) { guests.put($0) }
    }

    deinit {
      keeper.stop()
      while guests.count > 0 { if let guest = guests.take() { close(guest.descriptor) } }
    }
  }

  /// Whether the other end has closed; waits for it.
  private func isEnded(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var byte: UInt8 = 0
    return poll(&polled, 1, 10_000) == 1 && recv(descriptor, &byte, 1, 0) == 0
  }

  private func isOpen(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 50) == 0
  }

  @Test
  func `and is nobody's account is taken in as a stranger, and takes nothing of its own part`()
    throws
  {
    let house = try House(connections: 8, perLane: 4)
    house.entry.spendParts()
    for _ in 0..<6 {
      _ = try house.entry.connect(as: 4_711)
      let guest = try #require(house.guests.take())
      #expect(guest.lane == .strangers)
      close(guest.descriptor)
      house.admission.leave(guest.lane)
    }
    #expect(!house.admission.isCrowded)
  }

  @Test func `and finds the strangers' part taken is told so and sent away`() throws {
    let house = try House(connections: 8, perLane: 2)
    house.entry.spendParts()
    for _ in 0..<2 {
      _ = try house.entry.connect(as: 4_711)
      #expect(house.guests.take()?.lane == .strangers)
    }
    let late = try house.entry.connect(as: 4_712)
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = recv(late, &bytes, bytes.count, 0)
    #expect(
      String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).contains("limit.connections"))
    #expect(isEnded(late))
    // An account has a part of its own.
    _ = try house.entry.connect(as: 7)
    #expect(house.guests.take()?.lane == .own(7))
  }

  @Test func `and is not found out in time goes on though nobody else comes`() throws {
    let house = try House(isHanging: true)
    _ = try house.entry.connect(as: 7)
    #expect(house.entry.database.hasSeen(1))
    house.entry.clock.pass(1_000)
    #expect(house.guests.take()?.lane == .strangers)
  }

  @Test
  func `of a socket that is shut is sent away from the lobby, and whoever came by another is not`()
    throws
  {
    let house = try House(isHanging: true)
    let client = try house.entry.connect(as: 7)
    #expect(house.entry.database.hasSeen(1))
    let done = Latch()
    house.keeper.shut(house.jobSocket, door: .job(house.job)) { done.open() }
    #expect(done.wait(milliseconds: 10_000))
    #expect(isOpen(client))
    let again = Latch()
    house.keeper.shut(house.main, door: .main(OverflowIDs())) { again.open() }
    #expect(again.wait(milliseconds: 10_000))
    #expect(isEnded(client))
    // Their place is free.
    #expect((0..<64).allSatisfy { house.admission.admit(.own($0 + 100), .account($0 + 100)) })
  }

  @Test func `of a socket that is shut is not taken in any more, where their lane waits`() throws {
    let house = try House(connections: 2_000, perLane: 1_000)
    for _ in 0..<300 { _ = try house.entry.connect(as: 0) }
    let done = Latch()
    house.keeper.shut(house.main, door: .main(OverflowIDs())) { done.open() }
    #expect(done.wait(milliseconds: 10_000))
    let count = house.guests.count
    #expect(!Latch().wait(milliseconds: 100))
    #expect(house.guests.count == count)
    // And has given its place back: another account finds as much as if nobody had come.
    for _ in 0..<count {
      let guest = try #require(house.guests.take())
      close(guest.descriptor)
      house.admission.leave(guest.lane)
    }
    let free = (0..<2_000).count { _ in house.admission.admit(.own(7), .account(7)) }
    #expect(free == 1_000)
  }

  @Test func `is let go where the daemon stops while they wait`() throws {
    let house = try House(isHanging: true)
    let client = try house.entry.connect(as: 7)
    #expect(house.entry.database.hasSeen(1))
    house.keeper.stop()
    #expect(isEnded(client))
  }

  @Test func `is taken in as fast as a lane may be, however many come at once`() throws {
    let house = try House(connections: 2_000, perLane: 1_000)
    _ = try house.entry.connect(as: 0)
    _ = try #require(house.guests.take())
    let start = BootTime.now()
    let rate = Shares.Limits().connects
    let count = 300
    for _ in 0..<count { _ = try house.entry.connect(as: 0) }
    for _ in 0..<count { #expect(house.guests.take() != nil) }
    let least = (Double(count) - rate.burst - 1) / rate.perSecond * 1_000
    #expect(Double(BootTime.now() - start) >= least - 1)
  }
}
