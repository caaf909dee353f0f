import Glibc
import Testing
import VaultCore

@testable import VaultServer

/// Whose part a connection takes while its uid and its process are being found out.
@Suite(.serialized, .enabled(if: geteuid() == 0, "only root can connect as somebody else"))
struct `whoever waits in the lobby` {
  /// A lobby, and what was found out for it.
  private final class Hall {
    let entry: Entry
    let looks: LookThreads
    let found = Inbox<Lobby.Found>()
    var lobby: Lobby
    /// Looks at processes wait before it.
    let processes = Latch()

    /// - Parameters:
    ///   - isCrowded: whether so many connections are open that processes are looked at.
    ///   - isHanging: whether the account database answers nobody.
    ///   - isSlow: whether looks are slow for all, at ourselves as well.
    init(isCrowded: Bool = false, isHanging: Bool = false, isSlow: Bool = false) throws {
      entry = try Entry(isHanging: isHanging)
      let (found, processes) = (found, processes)
      looks = LookThreads(
        most: 1, pace: HostPace(now: entry.clock.now) { if isSlow { processes.wait() } })
      let admission = Admission(.init(connections: 16, connectionsPerLane: 16))
      for uid: UInt32 in 0..<(isCrowded ? 9 : 0) {
        try #require(admission.admit(.own(1_000 + uid), .account(1_000 + uid)))
      }
      lobby = Lobby(admission: admission, residents: entry.residents, looks: looks) {
        found.put($0)
      }
    }

    /// Has all looks wait from here on.
    func holdLooks() {
      let begun = Latch()
      looks.begin(.max, .vault) { [processes] in
        begun.open()
        processes.wait()
      }
      #expect(begun.wait(milliseconds: 10_000))
    }

    func takeNext() throws -> Lobby.Placed? { lobby.take(try #require(found.take())) }

    deinit { processes.open() }
  }

  @Test func `shares one part with all whom the account database does not know`() throws {
    let hall = try Hall()
    hall.entry.spendParts()
    #expect(hall.lobby.enter(try hall.entry.guest(4_711)) == nil)
    #expect(try hall.takeNext()?.lane == .strangers)
    #expect(hall.lobby.isEmpty)
    // From then on at once, without a question.
    #expect(hall.lobby.enter(try hall.entry.guest(4_711))?.lane == .strangers)
    #expect(hall.lobby.isEmpty)
  }

  @Test func `has the account's own part where it has one, and no look while there is room`() throws
  {
    let hall = try Hall()
    #expect(hall.lobby.enter(try hall.entry.guest(7)) == nil)
    #expect(try hall.takeNext()?.lane == .own(7))
    #expect(hall.lobby.enter(try hall.entry.guest(7))?.lane == .own(7))
    #expect(hall.looks.count == 0)
  }

  @Test func `is looked at in a crowd, and has its own part where its process lives on the host`()
    throws
  {
    let hall = try Hall(isCrowded: true)
    #expect(hall.lobby.enter(try hall.entry.guest(7)) == nil)
    #expect(try hall.takeNext() == nil, "an account, whose process is looked at now")
    #expect(!hall.lobby.isEmpty)
    #expect(try hall.takeNext()?.lane == .own(7))
    #expect(hall.lobby.isEmpty)
  }

  @Test(
    arguments: [
      (.rootDirectory, .strangers), (.userNamespace, .strangers), (.processGone, .strangers),
      (.unanswered, .unseen(.account(0))), (nil, .own(0)),
    ] as [(Confinement?, Lane)])
  func `in a crowd shares a part by where its process was found to live`(
    confinement: Confinement?, lane: Lane
  ) throws {
    let hall = try Hall(isCrowded: true)
    hall.holdLooks()
    let guest = try hall.entry.guest(0)
    #expect(hall.lobby.enter(guest) == nil)
    let placed = hall.lobby.take(
      Lobby.Found(descriptor: guest.descriptor, number: 1, answer: .lives(confinement)))
    #expect(placed?.lane == lane)
  }

  @Test func `in a crowd is a stranger where its process is gone`() throws {
    let hall = try Hall(isCrowded: true)
    #expect(hall.lobby.enter(try hall.entry.guest(0, process: 1)) == nil)
    #expect(try hall.takeNext()?.lane == .strangers)
  }

  @Test func `is not placed by what was found about who had its descriptor before`() throws {
    let hall = try Hall(isHanging: true)
    let guest = try hall.entry.guest(7)
    #expect(hall.lobby.enter(guest) == nil)
    for (descriptor, number) in [(guest.descriptor, 2), (guest.descriptor + 1, 1)]
      as [(Int32, UInt64)]
    {
      let found = Lobby.Found(descriptor: descriptor, number: number, answer: .isAccount(true))
      #expect(hall.lobby.take(found) == nil)
      #expect(!hall.lobby.isEmpty)
    }
  }

  @Test func `of whom the account database says nothing is a stranger after half a second`() throws
  {
    // However long looks are waited for.
    let hall = try Hall(isHanging: true, isSlow: true)
    #expect(hall.looks.pace.allowance == HostPace.patience)
    #expect(hall.lobby.enter(try hall.entry.guest(7)) == nil)
    hall.entry.clock.pass(499)
    #expect(hall.lobby.takeOverdue().isEmpty)
    hall.entry.clock.pass(1)
    #expect(hall.looks.pace.allowance > HostPace.patience)
    #expect(hall.lobby.takeOverdue().map(\.lane) == [.strangers])
    #expect(hall.lobby.isEmpty && hall.lobby.takeOverdue().isEmpty)
  }

  @Test func `whose process is looked at waits as long as the host is slow for all`() throws {
    let hall = try Hall(isCrowded: true, isSlow: true)
    hall.holdLooks()
    #expect(hall.lobby.enter(try hall.entry.guest(0)) == nil)
    hall.entry.clock.pass(5_000)
    #expect(hall.lobby.takeOverdue().isEmpty)
    hall.entry.clock.pass(5_000)
    #expect(hall.lobby.takeOverdue().map(\.lane) == [.unseen(.account(0))])
  }

  @Test func `and is overdue or sent away has its look taken back`() throws {
    for isOverdue in [true, false] {
      let hall = try Hall(isCrowded: true)
      hall.holdLooks()
      #expect(hall.lobby.enter(try hall.entry.guest(0)) == nil)
      #expect(hall.looks.count == 2)
      if isOverdue {
        hall.entry.clock.pass(HostPace.most)
        #expect(hall.lobby.takeOverdue().count == 1)
      } else {
        #expect(hall.lobby.remove(where: { _ in true }).count == 1)
      }
      #expect(hall.looks.count == 1)
      #expect(hall.lobby.isEmpty)
    }
  }

  @Test func `is a stranger where the lobby is full of others who are asked about`() throws {
    let hall = try Hall(isHanging: true)
    for uid in 0..<UInt32(Lobby.most) {
      #expect(hall.lobby.enter(try hall.entry.guest(10_000 + uid)) == nil)
    }
    #expect(hall.lobby.enter(try hall.entry.guest(7))?.lane == .strangers)
  }

  @Test func `is sent away where it is meant, and nobody else`() throws {
    let hall = try Hall(isHanging: true)
    let (one, other) = (try hall.entry.guest(7), try hall.entry.guest(8))
    #expect(hall.lobby.enter(one) == nil && hall.lobby.enter(other) == nil)
    let gone = hall.lobby.remove { $0.credentials.uid == 7 }
    #expect(gone.map(\.descriptor) == [one.descriptor])
    #expect(hall.lobby.remove { _ in true }.map(\.descriptor) == [other.descriptor])
    #expect(hall.lobby.isEmpty)
  }
}
