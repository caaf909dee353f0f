import SecretMemory
import StrictJSON
import VaultCalls
import VaultCore

extension TicketedRequest: DescribedCall {
  static let shape = Shape<TicketedRequest>(
    Member("request", \.request, .ordinal(from: 1)),
    Member(optional: "ticket", \.ticket, .ticket),
    as: TicketedRequest.init)
}

extension RequestCreate: DescribedCall {
  static let shape = Shape<RequestCreate>(
    Member("environment", \.environment, .environmentName),
    // An empty list is refused: it would read as "none" and mean "all".
    Member(
      optional: "secrets", \.secrets,
      .list(
        .secretName, of: 1...AccessRequest.mostSecrets,
        "secrets names 1 to \(AccessRequest.mostSecrets) secrets; leave it out for all")),
    Member(group: \.context, RequestContext.shape),
    Member(optional: "standing", \.standing, .object(StandingApproval.shape)),
    Member("attended", \.attended, .bool, unless: false),
    Member(optional: "supersede", \.supersede, .object(TicketedRequest.shape))
  ) { places, environment, secrets, context, standing, attended, supersede in
    try context.check()
    if attended, standing != nil {
      try places.refuse("attended", because: "nobody waits with a request for a unit")
    }
    if context.wireSize > ProtocolLimits.longestContext {
      throw Refusal.contextInvalid(
        "command",
        "and the other texts together are longer than \(ProtocolLimits.longestContext) bytes")
    }
    var seen: Set<SecretName> = []
    return RequestCreate(
      environment: environment, secrets: secrets?.filter { seen.insert($0).inserted },
      context: context, standing: standing, attended: attended, supersede: supersede)
  }
}

extension RequestList: DescribedCall {
  static let shape = Shape<RequestList>(
    Member(optional: "environment", \.environment, .environmentName),
    Member(optional: "state", \.state, .requestState),
    Member(optional: "secret", \.secret, .secretName),
    Member(optional: "version", \.version, .ordinal(from: 1)),
    Member(optional: "since", \.since, .time),
    Member(optional: "after", \.after, .ordinal(from: 1)),
    Member("limit", \.limit, .limit, default: ProtocolLimits.usualItems)
  ) { places, environment, state, secret, version, since, after, limit in
    if secret == nil { try places.refuse("version", because: "version needs secret") }
    return RequestList(
      environment: environment, state: state, secret: secret, version: version, since: since,
      after: after, limit: limit)
  }
}

extension RequestWait: DescribedCall {
  static let shape = Shape<RequestWait>(
    Member("request", \.request, .ordinal(from: 1)),
    Member(optional: "revision", \.revision, .ordinal(from: 0)),
    Member(optional: "ticket", \.ticket, .ticket),
    as: RequestWait.init)
}

extension RequestApprove: DescribedCall {
  static let shape = Shape<RequestApprove>(
    Member("request", \.request, .ordinal(from: 1)),
    Member("digest", \.digest, .digest),
    Member(unlessEmpty: "comment", \.comment, .comment),
    as: RequestApprove.init)
}

extension RequestReject: DescribedCall {
  static let shape = Shape<RequestReject>(
    Member("request", \.request, .ordinal(from: 1)),
    Member("comment", \.comment, .comment),
    Member(optional: "digest", \.digest, .digest)
  ) { _, request, comment, digest in
    if comment.isEmpty { throw Refusal.contextInvalid("comment", "is empty; give the reason") }
    return RequestReject(request: request, comment: comment, digest: digest)
  }
}

extension RequestRevoke: DescribedCall {
  static let shape = Shape<RequestRevoke>(
    Member(optional: "request", \.target.request, .ordinal(from: 1)),
    Member(onlyTrue: "all", \.target.isAll),
    Member(optional: "environment", \.target.environment, .environmentName),
    Member(optional: "requester", \.target.requester, .principal)
  ) { places, request, isAll, environment, requester in
    if let request {
      try places.refuse(
        "all", "environment", "requester",
        because: "either request, or all with environment or requester")
      return RequestRevoke(.request(request))
    }
    if !isAll { throw places.missing("request or all") }
    if requester?.isAccount == false {
      try places.refuse("requester", because: "a requester is an account: user: or uid:")
    }
    return RequestRevoke(.all(environment: environment, requester: requester))
  }
}

extension RequestRevoke.Target {
  fileprivate var isAll: Bool { if case .all = self { true } else { false } }

  fileprivate var environment: EnvironmentName? {
    if case .all(let environment, _) = self { environment } else { nil }
  }

  fileprivate var requester: PrincipalName? {
    if case .all(_, let requester) = self { requester } else { nil }
  }
}

extension PrincipalName {
  /// Whether it names one account or job socket.
  var isAccount: Bool {
    switch self {
    case .user, .uid, .socket: true
    case .group, .gid: false
    }
  }
}

extension Kind where Value == String {
  /// A word of ``RequestState/texts``.
  fileprivate static var requestState: Self {
    .word(
      "state is one of " + RequestState.texts.joined(separator: ", "),
      { RequestState.texts.contains($0) ? $0 : nil }, { $0 })
  }

  /// What a reviewer says about a request: one plain line.
  fileprivate static var comment: Self {
    Kind { value, direction in
      let comment = try text.read(value, direction)
      try RequestContext.check(comment, "comment")
      return comment
    } write: {
      text.write($0, &$1)
    }
  }
}
