import NIOCore
import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import VaultServer

@Suite struct `who may come through a job socket` {
  private func rule(_ users: Configuration.JobSocket.Users, refuses: Bool = false) throws
    -> JobEntrance
  {
    JobEntrance(
      Configuration.JobSocket(
        name: try #require(SocketName("gitlab")), path: "/run/jobs/gitlab/s", mode: 0o666,
        users: users, refusesHostUIDs: refuses))
  }

  private func word(_ verdict: JobEntrance.Verdict) -> String {
    switch verdict {
    case .admitted: "admitted"
    case .unknown: "unknown"
    case .refused(let error): error.reason
    }
  }

  @Test(
    .promise(.jobSocketTakesItsContainers),
    arguments: [
      (nil, "peer.refused", "peer.refused"), (.processNamespace, "admitted", "peer.refused"),
      (.rootDirectory, "admitted", "peer.refused"), (.userNamespace, "peer.refused", "admitted"),
      (.mountList, "peer.refused", "peer.refused"), (.processGone, "unknown", "unknown"),
      (.unanswered, "unknown", "unknown"),
    ] as [(Confinement?, String, String)])
  func `kernel-identity: one job socket is for one kind of container`(
    confinement: Confinement?, host: String, remapped: String
  ) throws {
    #expect(word(try rule(.host).verdict(confinement)) == host)
    #expect(word(try rule(.remapped).verdict(confinement)) == remapped)
  }

  @Test func `a process with more mounts than are read is not called one of the host`() throws {
    guard case .refused(let error) = try rule(.host).verdict(.mountList) else {
      Issue.record("it comes in")
      return
    }
    #expect(error.message.contains("more mounts") && !error.message.contains("runs on the host"))
  }

  @Test func `a uid of a remapped container is no account, and nobody guesses`() throws {
    let known = AccountAnswer.known(Account(uid: 6, name: "man", groups: []))
    let remapped = try rule(.remapped)
    #expect(remapped.verdict(.nobody, uid: 100_000) == .admitted)
    #expect(remapped.verdict(.unavailable, uid: 100_000) == .unknown)
    #expect(word(remapped.verdict(known, uid: 6)) == "peer.refused")
    #expect(try rule(.host).verdict(known, uid: 6) == .admitted)
    let refusing = try rule(.host, refuses: true)
    #expect(word(refusing.verdict(known, uid: 6)) == "peer.refused")
    #expect(refusing.verdict(known, uid: 0) == .admitted)
  }

  @Test func `an account of the host in a container is told once an hour, and few of them are`()
    throws
  {
    let socket = try #require(SocketName("gitlab"))
    let now = NIODeadline.now()
    var seen = HostUIDs()
    func ask(_ uid: UInt32, isAccount: Bool = true, at time: NIODeadline) -> Bool {
      guard seen.ask(uid, socket, now: time) else { return false }
      return seen.answered(uid, socket, isAccount: isAccount).tells
    }
    let first = ask(6, at: now)
    let second = ask(6, at: now)
    #expect(first && !second)
    let isAskedAgain = seen.ask(6, socket, now: now)
    #expect(!isAskedAgain, "whoever was told has the database asked no more")
    // Whoever is nobody uses up nothing.
    for uid: UInt32 in 100_000..<101_000 { #expect(!ask(uid, isAccount: false, at: now)) }
    var told = 0
    for uid: UInt32 in 1_000..<2_000 where ask(uid, at: now) { told += 1 }
    #expect(told == 255)
    let later = ask(6, at: now + .minutes(61))
    #expect(later)
  }

  @Test func `one question about a uid is under way for each socket, and few wait`() throws {
    let socket = try #require(SocketName("gitlab"))
    let other = try #require(SocketName("other"))
    var seen = HostUIDs()
    let asked = (1...1_000).filter { seen.ask(UInt32($0), socket, now: .now()) }
    #expect(asked == [1])
    let elsewhere = seen.ask(1, other, now: .now())
    #expect(elsewhere)
    var order: [UInt32] = []
    var next: UInt32? = 1
    while let uid = next {
      order.append(uid)
      next = seen.answered(uid, socket, isAccount: false).next
    }
    #expect(order == Array(1...65))
    let again = seen.ask(1_000, socket, now: .now())
    #expect(again)
  }

  @Test func `root of a container is not looked up as an account of the host`() throws {
    let bench = try DaemonBench()
    defer { bench.remove() }
    let daemon = try bench.start()
    defer { daemon.stop() }
    let socket = try #require(SocketName("gitlab"))
    let hub = daemon.hub
    let isAsked = try hub.eventLoop.submit {
      [UInt32(0), 6].map { uid in
        hub.hostUIDs = HostUIDs()
        hub.noteHostUID(uid, through: socket)
        // Another question may begin only where none is under way.
        return !hub.hostUIDs.ask(7, socket, now: .now())
      }
    }.wait()
    #expect(isAsked == [false, true])
  }
}
