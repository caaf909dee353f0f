import Promises
import Testing
import VaultCore

/// Job sockets and containers: who is what, and how little that may be.
struct SubjectTests {
  static let names = ["gitlab", "github", "GITLAB"].compactMap { SocketName($0) }
  static let gitlab = names[0]
  private let socket = Principal.socket(SubjectTests.gitlab)
  private let guest = Caller(socket: SubjectTests.gitlab, connection: 1)

  static let everybody: [Principal] = [
    .user(name: "root", uid: 0), .uid(0), .uid(.max), .gid(0), .group(name: "root", gid: 0),
    .socket(names[1]), .socket(names[2]),
  ]

  @Test(.promise(.jobSocketIsItsName), arguments: everybody)
  func `kernel-identity: whoever comes through a job socket is no account, and no other socket`(
    principal: Principal
  ) throws {
    #expect(try [principal].matching(guest).isEmpty)
    #expect(try [socket].matching(guest) == [socket])
  }

  @Test func `nobody is whom the account database does not know, and no job socket`() {
    func caller(_ account: AccountAnswer?, isOverflow: Bool = false) -> Caller {
      Caller(uid: 7, kernelGroups: [], isOverflow: isOverflow, connection: 1, account: account)
    }
    let known = AccountAnswer.known(Account(uid: 7, name: "lp", groups: []))
    #expect(caller(.nobody).isNobody)
    for account in [nil, .unavailable, .nobody, known] {
      #expect(caller(account, isOverflow: true).isNobody)
    }
    for account in [nil, .unavailable, known] { #expect(!caller(account).isNobody) }
    #expect(!guest.isNobody)
  }

  @Test func `asker-alone: a request is of the account or the socket that made it`() {
    func caller(_ uid: UInt32, isOverflow: Bool = false) -> Caller {
      Caller(uid: uid, kernelGroups: [], isOverflow: isOverflow, connection: 1, account: nil)
    }
    let nobody = Person(text: "uid:65534")
    let account = Requester(uid: 65_534, name: nil, person: nobody)
    #expect(account.isSubject(of: caller(65_534)))
    #expect(!account.isSubject(of: caller(65_533)))
    #expect(!account.isSubject(of: guest))
    // The number of everybody without a mapping is nobody's own.
    #expect(!account.isSubject(of: caller(65_534, isOverflow: true)))
    let job = Requester(subject: guest.subject, name: nil, person: nobody)
    #expect(job.isSubject(of: guest))
    #expect(!job.isSubject(of: caller(.max)))
    for name in Self.names.dropFirst() {
      #expect(!job.isSubject(of: Caller(socket: name, connection: 1)))
    }
  }

  @Test func `an account is no job socket, whatever it is called`() throws {
    let account = Caller(
      uid: 0, kernelGroups: [0], isOverflow: false, connection: 1,
      account: .known(Account(uid: 0, name: "socket:gitlab", groups: [])))
    #expect(try [socket].matching(account).isEmpty)
  }

  @Test(.promise(.jobSocketMayOnlyAsk))
  func `a job socket may ask where it is named, and nothing else by whatever list`() throws {
    #expect(try !Requesters.any.include(guest))
    #expect(try Requesters.principals([socket]).include(guest))
    var gate = Gate.rules((1, [socket]), requesters: .principals([socket]))
    gate.writers = [socket]
    let standing = Standing(admins: [socket], auditors: [socket])
    #expect(try gate.roles(of: guest, beside: standing) == .requester)
  }

  @Test(.promise(.jobSocketMayOnlyAsk))
  func `a gate names a job socket as a requester alone`() {
    for gate in [
      Gate.rules((1, [Host.user(Host.alice), socket])),
      Gate(protection: .unprotected, requesters: .any, writers: [socket]),
    ] {
      #expect(throws: GateFault.socketBeyondAsking("socket:gitlab")) {
        try gate.check(people: People())
      }
    }
    #expect(throws: Never.self) {
      try Gate.rules((1, [Host.user(Host.alice)]), requesters: .principals([socket]))
        .check(people: People())
    }
  }

  @Test func `a job socket lets somebody ask whom any leaves out`() {
    var now = Gate.alice
    now.requesters = .principals([socket])
    var old = Gate.alice
    old.requesters = .any
    #expect(now.weakenings(from: old) == [.requesters(["socket:gitlab"])])
  }

  @Test(.promise(.containersMayOnlyAsk), arguments: Confinement.allCases)
  func `kernel-identity: whoever comes from a container keeps at most the role of a requester`(
    confinement: Confinement
  ) throws {
    var gate = Gate.rules(
      (1, [Host.user(Host.bob), Host.user(Host.alice)]),
      requesters: .principals([Host.user(Host.bob)]))
    gate.writers = [Host.user(Host.bob)]
    let standing = Standing(admins: [Host.user(Host.bob)], auditors: [Host.user(Host.bob)])
    let free = Host.caller(Host.bob)
    let confined = free.with(confinement: confinement)
    #expect(
      try gate.roles(of: free, beside: standing)
        == [.admin, .auditor, .requester, .reviewer, .writer])
    #expect(try gate.roles(of: confined, beside: standing) == .requester)
    #expect(try standing.roles(of: confined).isEmpty)
    #expect(confined.with(account: nil).confinement == confinement)
    // Nor is it counted as a reviewer.
    let environment = try Sample.environment(gate)
    let request = try Sample.request()
    #expect(throws: Refusal.notAReviewer("production")) {
      try request.reviewed(
        .approved, shown: request.digest, comment: "", by: confined,
        people: Host.people, in: environment, record: 90, at: Clock.start)
    }
  }

  @Test func `whoever asked through a job socket is no person who approves`() {
    let requester = Requester(
      subject: .socket(Self.gitlab), name: nil, person: Host.people.person(.socket(Self.gitlab)))
    for uid in [0, Host.alice, .max] {
      #expect(Host.people.person(requester.subject) != Host.people.person(uid: uid))
    }
    #expect(requester.text == "socket:gitlab")
    #expect(requester.isSubject(of: guest))
    #expect(!requester.isSubject(of: Host.caller(0)))
  }

  @Test(arguments: ["", "-a", ".", "a b", "a/b", "a:b", "ä", String(repeating: "a", count: 65)])
  func `what is no name of a job socket`(text: String) {
    #expect(SocketName(text) == nil)
    #expect(PrincipalName("socket:" + text) == nil)
  }

  @Test func `a job socket is spelt as it is named`() {
    #expect(PrincipalName("socket:gitlab") == .socket(Self.gitlab))
    #expect(PrincipalName("socket:gitlab")?.text == "socket:gitlab")
    #expect(SocketName("a.B_9-") != nil)
  }

  @Test func `requests and records of a job socket read as they were written`() throws {
    let requester = Requester(
      subject: .socket(Self.gitlab), name: nil, person: Person(text: "socket:gitlab"))
    #expect(try Requester(canonical: requester.canonicalBytes) == requester)
    let record = AuditRecord(
      sequence: 7, time: 1, boot: 2, event: .secretReleased, subject: .socket(Self.gitlab))
    #expect(try AuditRecord(canonical: record.canonicalBytes) == record)
    // Neither reads as an account, nor an account as it.
    var encoder = CanonicalEncoder()
    encoder.integer(-1)
    encoder.optional(String?.none) { $0.text($1) }
    encoder.text("socket:gitlab")
    #expect(throws: DecodingFault.self) { try Requester(canonical: encoder.output) }
  }
}
