import NIOCore
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
    #expect(error.message.contains("more mounts") && !error.message.contains("lives on the host"))
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
    let first = seen.note(6, socket, now: now)
    let second = seen.note(6, socket, now: now)
    #expect(first && !second)
    var told = 0
    for uid: UInt32 in 1_000..<2_000 where seen.note(uid, socket, now: now) { told += 1 }
    #expect(told == 255)
    let later = seen.note(6, socket, now: now + .minutes(61))
    #expect(later)
  }
}
