extension AccessRequest: Canonical {
  /// Appends the fields in the order of the format: 1, or 2 with a unit's part at the end.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(standing == nil ? 1 : 2)
    encoder.integer(id)
    encoder.integer(environment)
    encoder.text(environmentName.text)
    encoder.integer(gateRevision)
    encoder.integer(revision)
    requester.encode(into: &encoder)
    encoder.list(secrets) { encoder, secret in
      encoder.text(secret.name.text)
      encoder.integer(secret.version)
    }
    context.encode(into: &encoder)
    encoder.bool(attended)
    encoder.bytes(ticketHash)
    created.encode(into: &encoder)
    expires.encode(into: &encoder)
    encoder.bytes(digest)
    state.encode(into: &encoder)
    encoder.list(reviews) { $1.encode(into: &$0) }
    encoder.optional(grant) { $1.encode(into: &$0) }
    standing?.encode(into: &encoder)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    let format = try decoder.byte()
    guard format == 1 || format == 2 else { throw DecodingFault() }
    let id = try decoder.integer()
    let environment = try decoder.integer()
    let environmentName = try decoder.environmentName()
    let gateRevision = try decoder.integer()
    let revision = try decoder.integer()
    let requester = try Requester(from: &decoder)
    let secrets = try decoder.list { decoder throws(DecodingFault) in
      PinnedSecret(name: try decoder.secretName(), version: try decoder.integer())
    }
    let context = try RequestContext(from: &decoder)
    let attended = try decoder.bool()
    let ticketHash = try decoder.bytes()
    let created = try ClockReading(from: &decoder)
    let expires = try Deadline(from: &decoder)
    let digest = try decoder.bytes()
    let state = try RequestState(from: &decoder)
    let reviews = try decoder.list { decoder throws(DecodingFault) in
      try Review(from: &decoder)
    }
    let grant = try decoder.optional { decoder throws(DecodingFault) in
      try Grant(from: &decoder)
    }
    self.init(
      id: id, environment: environment, environmentName: environmentName,
      gateRevision: gateRevision, revision: revision, requester: requester, secrets: secrets,
      context: context, standing: format == 2 ? try StandingApproval(from: &decoder) : nil,
      attended: attended, ticketHash: ticketHash, created: created, expires: expires,
      digest: digest, state: state, reviews: reviews, grant: grant)
  }
}

extension StandingApproval: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.text(credential.unit.text)
    encoder.text(credential.id)
    encoder.integer(length)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard let unit = UnitName(try decoder.text()),
      let credential = UnitCredential(unit: unit, id: try decoder.text())
    else { throw DecodingFault() }
    self.init(credential: credential, length: try decoder.integer())
    guard Self.range.contains(length) else { throw DecodingFault() }
  }
}

extension Requester: Canonical {
  /// Appends the fields in the order of the format: the uid, -1 for a job socket, whose name then stands
  /// where an account's does.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.subject(subject, account: name)
    encoder.text(person.text)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    let (subject, name) = try decoder.subject()
    self.init(subject: subject, name: name, person: Person(text: try decoder.text()))
  }
}

extension CanonicalEncoder {
  /// A subject and the name of its account.
  mutating func subject(_ subject: Subject, account: String?) {
    integer(subject.code)
    optional(subject.name(account: account)) { $0.text($1) }
  }
}

extension CanonicalDecoder {
  mutating func subject() throws(DecodingFault) -> (Subject, account: String?) {
    let code = try integer()
    let name = try optional { decoder throws(DecodingFault) in try decoder.text() }
    let subject = try Subject(code: code, name: name)
    return (subject, subject.uid == nil ? nil : name)
  }
}

/// How rows and records say who: the uid; -1 for a job socket and -2 for a unit, whose name then stands where an
/// account's does.
extension Subject {
  var code: Int64 {
    switch self {
    case .account(let uid): Int64(uid)
    case .socket: -1
    case .unit: -2
    }
  }

  func name(account: String?) -> String? {
    switch self {
    case .account: account
    case .socket(let name): name.text
    case .unit(let name): name.text
    }
  }

  init(code: Int64, name: String?) throws(DecodingFault) {
    switch code {
    case -1:
      guard let name, let socket = SocketName(name) else { throw DecodingFault() }
      self = .socket(socket)
    case -2:
      guard let name, let unit = UnitName(name) else { throw DecodingFault() }
      self = .unit(unit)
    default:
      guard let uid = UInt32(exactly: code) else { throw DecodingFault() }
      self = .account(uid)
    }
  }
}

extension RequestContext: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    for text in [reason, ref, commit, runURL, delivery, key] {
      encoder.optional(text) { $0.text($1) }
    }
    encoder.list(command) { $0.text($1) }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    func part(_ decoder: inout CanonicalDecoder) throws(DecodingFault) -> String? {
      try decoder.optional { decoder throws(DecodingFault) in try decoder.text() }
    }
    let reason = try part(&decoder)
    let ref = try part(&decoder)
    let commit = try part(&decoder)
    let runURL = try part(&decoder)
    let delivery = try part(&decoder)
    let key = try part(&decoder)
    self.init(
      reason: reason, ref: ref, commit: commit, runURL: runURL,
      command: try decoder.list { decoder throws(DecodingFault) in try decoder.text() },
      delivery: delivery, key: key)
  }
}

extension RequestState: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .waiting: encoder.byte(1)
    case .approved(let until, let place):
      encoder.byte(2)
      until.encode(into: &encoder)
      encoder.integer(place)
    case .active: encoder.byte(3)
    case .closed(let outcome):
      encoder.byte(4)
      encoder.text(outcome.rawValue)
    case .rejected: encoder.byte(5)
    case .expired: encoder.byte(6)
    case .cancelled: encoder.byte(7)
    case .superseded: encoder.byte(8)
    case .revoked: encoder.byte(9)
    }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    switch try decoder.byte() {
    case 1: self = .waiting
    case 2:
      self = .approved(until: try Deadline(from: &decoder), place: try decoder.integer())
    case 3: self = .active
    case 4:
      guard let outcome = Outcome(rawValue: try decoder.text()) else { throw DecodingFault() }
      self = .closed(outcome)
    case 5: self = .rejected
    case 6: self = .expired
    case 7: self = .cancelled
    case 8: self = .superseded
    case 9: self = .revoked
    default: throw DecodingFault()
    }
  }
}

extension Review: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(decision.rawValue)
    encoder.text(person.text)
    encoder.integer(Int64(uid))
    encoder.optional(name) { $0.text($1) }
    encoder.list(principals) { $1.encode(into: &$0) }
    encoder.integer(gateRevision)
    encoder.bytes(digest)
    encoder.text(comment)
    time.encode(into: &encoder)
    encoder.optional(absence) { encoder, absence in
      encoder.list(absence.principals) { $1.encode(into: &$0) }
      absence.until.encode(into: &encoder)
    }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard let decision = Decision(rawValue: try decoder.byte()) else { throw DecodingFault() }
    self.init(
      decision: decision, person: Person(text: try decoder.text()),
      uid: try decoder.accountNumber(),
      name: try decoder.optional { decoder throws(DecodingFault) in try decoder.text() },
      principals: try decoder.list { decoder throws(DecodingFault) in
        try Principal(from: &decoder)
      }, gateRevision: try decoder.integer(), digest: try decoder.bytes(),
      comment: try decoder.text(), time: try ClockReading(from: &decoder),
      absence: try decoder.optional { decoder throws(DecodingFault) in
        Absence(
          principals: try decoder.list { decoder throws(DecodingFault) in
            try Principal(from: &decoder)
          }, until: try Deadline(from: &decoder))
      })
  }
}

extension Grant: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    activated.encode(into: &encoder)
    expires.encode(into: &encoder)
    encoder.list(counted) { $0.count($1) }
    encoder.optional(released) { $0.integer($1) }
    encoder.byte(hold.rawValue)
    encoder.list(reads) { $0.count($1) }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    let activated = try ClockReading(from: &decoder)
    let expires = try Deadline(from: &decoder)
    let counted = try decoder.list { decoder throws(DecodingFault) in try decoder.number() }
    let released = try decoder.optional { decoder throws(DecodingFault) in try decoder.integer() }
    guard let hold = Hold(rawValue: try decoder.byte()) else { throw DecodingFault() }
    self.init(
      activated: activated, expires: expires, counted: counted, hold: hold, released: released,
      reads: try decoder.list { decoder throws(DecodingFault) in try decoder.number() })
  }
}
