import Glibc
import Logging
import Testing
import VaultCore

@testable import VaultServer

/// The thread that looks after a socket, with the one that accepts and nothing else of the daemon.
@Suite(.serialized, .enabled(if: geteuid() == 0, "only root can connect as somebody else"))
struct `a socket that is looked after` {
  @Test func `takes along whoever was let in and not yet taken in, where it is replaced`() throws {
    let entry = try Entry(isHanging: true)
    let main = fcntl(entry.socket.descriptor, F_DUPFD_CLOEXEC, 3)
    let door = Doorkeeper.Door.main(OverflowIDs())
    let guests = Inbox<Doorkeeper.Guest>()
    let keeper = try Doorkeeper(
      [(main, door)], admission: Admission(.init(connections: 64, connectionsPerLane: 64)),
      residents: entry.residents, looks: LookThreads(pace: HostPace(now: { 0 }, look: {}))
    ) { guests.put($0) }
    defer {
      keeper.stop()
      while guests.count > 0 { if let guest = guests.take() { close(guest.descriptor) } }
    }
    let path = entry.socket.path
    let evicted = Latch()
    let watch = try SocketWatch(
      [
        .init(
          keeper.attendant(door) { if $0 == nil { evicted.open() } }, path: path, file: nil,
          descriptor: main, place: try SocketPlace(path))
      ], warnings: Warnings(),
      logger: DaemonLog(Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    defer { watch.stop() }
    let client = try entry.connect(as: 7)
    #expect(entry.database.hasSeen(1))
    unlink(path)
    #expect(evicted.wait(milliseconds: 10_000))
    var polled = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
    var byte: UInt8 = 0
    #expect(poll(&polled, 1, 10_000) == 1 && recv(client, &byte, 1, 0) == 0)
    #expect(guests.count == 0)
  }
}
