import Promises
import Testing
import VaultCore

@Suite struct `What was approved: the digest` {
  /// The parts that a reviewer approves, so that each can be changed alone.
  struct Parts {
    var vault: [UInt8] = Array(0..<16)
    var id: Int64 = 42
    var environment: Int64 = 7
    var gateRevision: Int64 = 3
    var secrets: [(String, Int64)] = [("A", 1), ("B", 2)]
    var uid: UInt32 = 998
    var name: String? = "runner"
    var person = "uid:998"
    var context = RequestContext(
      reason: "deploy", ref: "main", commit: "4f2c", runURL: "https://ci/1", command: ["a", "b"],
      delivery: "env", key: "nightly")

    func input() throws -> [UInt8] {
      AccessRequest(
        id: id, environment: environment, environmentName: try EnvironmentName("production"),
        gateRevision: gateRevision, revision: 1,
        requester: Requester(uid: uid, name: name, person: Person(text: person)),
        secrets: try secrets.map { PinnedSecret(name: try SecretName($0.0), version: $0.1) },
        context: context, attended: false, ticketHash: [], created: Clock.start.reading,
        expires: Deadline(after: 1, from: Clock.start), digest: [], state: .waiting
      ).digestInput(vault: vault)
    }
  }

  static let changes: [(String, @Sendable (inout Parts) -> Void)] = [
    ("vault", { $0.vault[15] ^= 1 }), ("no vault", { $0.vault = [] }), ("id", { $0.id = 43 }),
    ("environment", { $0.environment = 8 }), ("gate revision", { $0.gateRevision = 4 }),
    ("secret version", { $0.secrets[1].1 = 3 }), ("secret name", { $0.secrets[1].0 = "C" }),
    ("fewer secrets", { $0.secrets.removeLast() }), ("no secrets", { $0.secrets = [] }),
    ("more secrets", { $0.secrets.append(("C", 1)) }), ("order", { $0.secrets.reverse() }),
    ("uid", { $0.uid = 999 }), ("account", { $0.name = "jenkins" }),
    ("no account", { $0.name = nil }),
    ("empty account", { $0.name = "" }), ("person", { $0.person = "person:x" }),
    ("reason", { $0.context.reason = "Deploy" }), ("no reason", { $0.context.reason = nil }),
    ("ref", { $0.context.ref = "dev" }), ("no ref", { $0.context.ref = nil }),
    ("commit", { $0.context.commit = "4f2d" }), ("no commit", { $0.context.commit = nil }),
    ("run", { $0.context.runURL = "https://ci/2" }), ("no run", { $0.context.runURL = nil }),
    ("command", { $0.context.command[1] = "c" }), ("joined", { $0.context.command = ["ab"] }),
    ("shifted", { $0.context.command = ["", "ab"] }), ("no command", { $0.context.command = [] }),
    ("delivery", { $0.context.delivery = "read" }), ("no delivery", { $0.context.delivery = nil }),
    ("key", { $0.context.key = "weekly" }), ("no key", { $0.context.key = nil }),
    (
      "delivery and key exchanged",
      {
        $0.context.delivery = "nightly"
        $0.context.key = "env"
      }
    ),
    (
      "ref and commit exchanged",
      {
        $0.context.ref = "4f2c"
        $0.context.commit = "main"
      }
    ),
  ]

  @Test(.promise(.digestAndRevision), arguments: changes.indices)
  func `it changes with every single part`(change: Int) throws {
    var parts = Parts()
    let before = try parts.input()
    #expect(try parts.input() == before)
    Self.changes[change].1(&parts)
    #expect(try parts.input() != before, "\(Self.changes[change].0)")
  }

  @Test func `no two changes lead to the same bytes`() throws {
    let inputs = try Self.changes.map {
      var parts = Parts()
      $0.1(&parts)
      return try parts.input()
    }
    #expect(Set(inputs).count == inputs.count)
  }

  @Test func `it does not depend on what happens to the request afterwards`() throws {
    let request = try Sample.request()
    let before = request.digestInput(vault: [1])
    let environment = try Sample.environment(.alice)
    let approved = try request.reviewed(by: Host.caller(Host.alice), in: environment)
    let active = try approved.activated(
      in: environment, at: Clock.start)
    for later in [approved, active, active.ended(.closed(.success))] {
      #expect(later.digestInput(vault: [1]) == before)
    }
  }

  @Test func `it begins with its own format, so that nothing else is taken for it`() throws {
    let format = "envgate/1/request"
    #expect(
      try Parts().input().starts(with: [0, 0, 0, UInt8(format.utf8.count)] + Array(format.utf8)))
  }
}
