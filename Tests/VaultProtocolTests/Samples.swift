import VaultCore

@testable import VaultProtocol

/// Values of the vault to make views of.
enum Samples {
  static let time: Int64 = 1_790_000_000_123
  static let moment = Moment(wall: time, boot: 5_000, bootID: BootID(high: 1, low: 2))
  static let digest = (0..<32).map { UInt8($0 * 8) }

  static func secretName(_ text: String) throws -> SecretName { try SecretName(text) }

  static func environment(_ protection: Gate.Protection, _ requesters: Requesters) throws
    -> Environment
  {
    Environment(
      id: 3, name: try EnvironmentName("Production"), revision: 4,
      gate: Gate(protection: protection, requesters: requesters), created: time, creator: 1_000)
  }

  static func request(
    state: RequestState = .waiting, context: RequestContext = RequestContext(),
    secrets: [PinnedSecret] = [], reviews: [Review] = [], grant: Grant? = nil,
    account: String? = "runner"
  ) throws -> AccessRequest {
    AccessRequest(
      id: 42, environment: 3, environmentName: try EnvironmentName("production"), gateRevision: 4,
      revision: 5, requester: Requester(uid: 998, name: account, person: Person(text: "uid:998")),
      secrets: secrets, context: context, attended: true, ticketHash: digest,
      created: moment.reading,
      expires: Deadline(after: 86_400_000, from: moment), digest: digest, state: state,
      reviews: reviews, grant: grant)
  }

  static func review(
    _ decision: Review.Decision = .approved, comment: String = "tests green",
    principals: [Principal] = [.user(name: "bob", uid: 1_001), .gid(27)], name: String? = "bob"
  ) -> Review {
    Review(
      decision: decision, person: Person(text: "uid:1001"), uid: 1_001, name: name,
      principals: principals, gateRevision: 4, digest: digest, comment: comment,
      time: moment.reading)
  }

  static let context = RequestContext(
    reason: "deploy \"4f2c\"", ref: "refs/heads/main", commit: "4f2c", runURL: "https://ci/1",
    command: ["sh", "-c", "a\nb\t\u{1}"], delivery: "env")

  static let origin = RequestOrigin(connection: 12, process: 4_711)

  /// A flood: the most twins that are named, and more.
  static func likeness(account: String = "runner") -> RequestLikeness {
    RequestLikeness(
      sameKey: RequestLikeness.SameKey(older: 41, newer: 43, count: 998),
      twins: [7, 8, Int64.max >> 10].map { id in
        RequestLikeness.Twin(
          id: id, state: "waiting", requester: .account(998), account: account,
          created: moment.wall,
          origin: id == 8 ? nil : RequestOrigin(connection: .max >> 11, process: .max),
          hasSameSecrets: id == 7)
      }, moreTwins: 996)
  }
}

/// A gate with the values of its rules beside each other.
extension Gate {
  init(
    protection: Protection, requesters: Requesters, writers: [Principal] = [],
    allowSelfReview: Bool = false, exclusive: Bool = false, inOrder: Bool = false,
    maxReads: Int? = nil, clocks: Clocks = Clocks(), allowedNames: [SecretName] = []
  ) {
    self.init(
      protection: protection, requesters: requesters, writers: writers, terms: GateTerms())
    self.allowSelfReview = allowSelfReview
    self.exclusive = exclusive
    self.inOrder = inOrder
    self.maxReads = maxReads
    self.clocks = clocks
    self.allowedNames = allowedNames
  }
}

extension EnvironmentView {
  var preventSelfReview: Bool { !terms.allowSelfReview }
  /// In seconds, as the wire has it.
  var requestTTL: Int64 { terms.clocks.request / 1_000 }
}
