import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultServer

@Suite(.serialized) struct `how fast the host tells where a process lives` {
  @Test func `a quick host is waited for half a second, a slow one longer, and at most ten`() {
    var measure = HostPace.Measure()
    #expect(measure.allowance(now: 0) == HostPace.patience)
    let began = measure.begin(now: 0)
    #expect(began)
    #expect(measure.allowance(now: 1) < HostPace.patience + 10)
    // Nobody who came with it gives up while our own look is under way, until ten seconds are over.
    for now: Int64 in stride(from: 0, to: HostPace.most, by: 100) {
      #expect(measure.allowance(now: now) > now)
    }
    #expect(measure.allowance(now: HostPace.most) == HostPace.most)
    measure.end(now: 3_000)
    #expect(measure.allowance(now: 3_000) == HostPace.most, "as slow as a moment ago")
    #expect(measure.allowance(now: 8_000) == HostPace.patience, "it was, five seconds ago")
  }

  @Test func `the slowest look of the last seconds counts, and few are made`() {
    var measure = HostPace.Measure()
    var begun = measure.begin(now: 0)
    measure.end(now: 200)
    begun = measure.begin(now: 250)
    #expect(!begun)
    begun = measure.begin(now: 300)
    #expect(begun)
    begun = measure.begin(now: 1_000)
    #expect(!begun, "one at a time")
    measure.end(now: 310)
    #expect(measure.allowance(now: 310) > HostPace.patience + 200)
    #expect(measure.allowance(now: 5_200) == HostPace.patience)
  }

  @Test func `a look that is slower than the slowest counts in its place`() {
    var measure = HostPace.Measure()
    for (began, ended) in [(0, 100), (300, 1_300)] as [(Int64, Int64)] {
      let isBegun = measure.begin(now: began)
      #expect(isBegun)
      measure.end(now: ended)
    }
    #expect(measure.allowance(now: 1_300) == HostPace.patience + 4 * 1_000)
    #expect(measure.allowance(now: 6_299) == HostPace.patience + 4 * 1_000)
  }

  @Test func `whoever is to be waited for has a look at ourselves made`() {
    let clock = HandClock()
    let made = Latch()
    let pace = HostPace(now: clock.now) { made.open() }
    #expect(pace.allowance >= HostPace.patience)
    #expect(made.wait(milliseconds: 10_000))
  }

  @Test func `a look goes on a little longer than anybody waits for it, and no longer`() {
    let clock = HandClock()
    let hanging = Latch()
    let quick = HostPace(now: clock.now) {}
    let slow = HostPace(now: clock.now) { hanging.wait() }
    defer { hanging.open() }
    let began = clock.now()
    _ = slow.allowance
    clock.pass(2 * HostPace.patience)
    #expect(!quick.isOver(since: began))
    clock.pass(1)
    #expect(!slow.isOver(since: began), "as slow for all")
    clock.pass(2 * HostPace.most)
    #expect(quick.isOver(since: began))
    #expect(slow.isOver(since: began))
  }

  private let create =
    #"{"jsonrpc":"2.0","id":1,"method":"environment.create","params":{"name":"one","requesters":["any"],"unprotected":true}}"#
    + "\n"

  @Test(.promise(.slowPeersHoldUpNobody))
  func
    `kernel-identity: whoever cannot be looked at because the host is slow for all is waited for`()
    throws
  {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let hanging = Latch()
    let looks = LookThreads(pace: HostPace(look: { hanging.wait() }))
    let daemon = try bench.start(looks: looks)
    defer {
      hanging.open()
      daemon.stop()
    }
    looks.begin(.max, .subject(.account(geteuid()))) { hanging.wait() }
    let client = try bench.client()
    try client.send(create)
    // Twice as long as a peer is waited for that alone is slow.
    #expect(try client.lineIfAny(milliseconds: Int32(2 * HostPace.patience)) == nil)
    hanging.open()
    #expect(try client.line()?.contains("\"result\"") == true)
  }

  // MARK: At the door

  private final class Door {
    let hanging = Latch()
    let clock = HandClock()
    let looks: LookThreads
    var lobby: Lobby
    let found = Inbox<Lobby.Found>()
    let guest: Doorkeeper.Guest
    private var ends: [Int32] = [-1, -1]
    private let credentials: PeerCredentials

    /// - Parameter connections: how many others have, of 16.
    init(connections: Int, isSlowForAll: Bool = false) throws {
      let (hanging, found) = (hanging, found)
      looks = LookThreads(
        pace: HostPace(now: clock.now) { if isSlowForAll { hanging.wait() } })
      let admission = Admission(.init(connections: 16, connectionsPerLane: 16))
      for uid in 0..<connections {
        let other = Subject.account(UInt32(1_000 + uid))
        try #require(admission.admit(.subject(other), other))
      }
      let accounts = AccountDatabase(timer: { _, _ in })
      lobby = Lobby(
        admission: admission, residents: Residents(accounts), looks: looks
      ) { found.put($0) }
      try #require(
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends)
          == 0)
      credentials = try PeerCredentials(descriptor: ends[0])
      guest = Self.guest(ends[0], credentials)
      looks.begin(.max, guest.lane) { hanging.wait() }
    }

    func another() throws -> Doorkeeper.Guest {
      let descriptor = fcntl(ends[0], F_DUPFD_CLOEXEC, 3)
      try #require(descriptor >= 0)
      ends.append(descriptor)
      return Self.guest(descriptor, credentials)
    }

    private static func guest(
      _ descriptor: Int32, _ credentials: PeerCredentials
    ) -> Doorkeeper.Guest {
      Doorkeeper.Guest(
        descriptor: descriptor, door: .main(OverflowIDs()), credentials: credentials,
        process: PeerProcess(credentials), lane: .subject(.account(credentials.uid)))
    }

    deinit {
      hanging.open()
      for end in ends { close(end) }
    }
  }

  @Test(
    .promise(.unknownPeersKeepTheirLane),
    .enabled(if: geteuid() == 0, "needs an account that needs no question"))
  func `a look without an answer puts nobody among the processes of containers`() throws {
    let door = try Door(connections: 9)
    #expect(door.lobby.enter(door.guest) == nil)
    #expect(door.lobby.takeOverdue().isEmpty)
    door.clock.pass(HostPace.most)
    let overdue = door.lobby.takeOverdue()
    #expect(overdue.map(\.lane) == [.unseen(.account(geteuid()))])
    #expect(door.lobby.isEmpty)
  }

  @Test(.enabled(if: geteuid() == 0, "needs an account that needs no question"))
  func `nor does a full lobby`() throws {
    let door = try Door(connections: 9)
    for _ in 0..<Lobby.most {
      let other = try door.another()
      #expect(door.lobby.enter(other) == nil)
    }
    #expect(door.lobby.enter(door.guest)?.lane == .unseen(.account(geteuid())))
  }

  @Test(.enabled(if: geteuid() == 0, "needs an account that needs no question"))
  func `at the door a slow host is waited for, and what is found then counts`() throws {
    let door = try Door(connections: 9, isSlowForAll: true)
    #expect(door.lobby.enter(door.guest) == nil)
    door.clock.pass(4_000)
    #expect(door.lobby.takeOverdue().isEmpty)
    door.hanging.open()
    let placed = try door.lobby.take(#require(door.found.take()))
    #expect(placed?.lane == door.guest.lane)
  }

  @Test(.enabled(if: geteuid() == 0, "needs an account that needs no question"))
  func `while few connections are open nobody waits at the door`() throws {
    let door = try Door(connections: 8)
    #expect(door.lobby.enter(door.guest)?.lane == door.guest.lane)
  }

  @Test(.promise(.unknownPeersKeepTheirLane))
  func `the last eighth of the connections is for those who were found`() {
    let admission = Admission(.init(connections: 16, connectionsPerLane: 16))
    var admitted = 0
    for uid: UInt32 in 0..<100 where admission.admit(.unseen(.account(uid)), .account(uid)) {
      admitted += 1
    }
    #expect(admitted == 14)
    #expect(admission.admit(.subject(.account(5)), .account(5)))
  }
}
