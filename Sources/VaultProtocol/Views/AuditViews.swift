public import StrictJSON
public import VaultCore

/// One record of the audit chain.
public struct AuditRecordView: ListItem, Hashable {
  /// Its number in the chain, from 1.
  public let sequence: Int64
  /// When by the wall clock that the host showed, in milliseconds since the epoch.
  public let time: Int64
  /// The same in milliseconds since boot.
  public let boot: Int64
  /// What, in one stable word.
  public let event: String
  /// Who, by uid; nil where it was the vault itself, or a job socket.
  public let uid: UInt32?
  /// The account's name, where the account database had one; `socket:NAME` for a job socket.
  public let account: String?
  /// The environment's name, where there is one.
  public let environment: String?
  /// The request, where there is one.
  public let request: Int64?
  /// The secrets and their versions.
  public let secrets: [PinnedSecretView]
  /// What else belongs to it, in order.
  public let details: [Detail]
  /// `sha256:…`, the chain's hash up to and with this record.
  public let hash: String

  /// A named fact of a record.
  public struct Detail: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its text.
    public let value: String
  }

  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { sequence }

  /// Makes the view.
  /// - Parameter hash: the chain's hash up to and with this record, 32 bytes.
  public init(record: AuditRecord, hash: [UInt8]) {
    sequence = record.sequence
    time = record.time
    boot = record.boot
    event = record.event.rawValue
    uid = record.subject?.uid
    account =
      record.subject.map { AccountView($0, account: record.account).account } ?? record.account
    environment = record.environment
    request = record.request
    secrets = record.secrets.map { PinnedSecretView($0) }
    details = Self.distinct(record.details)
    self.hash = Digest(hash).text
  }

  /// Details are members of one object, and no object may hold a name twice (RFC 7493, 2.3): a name that
  /// a record repeats gets a number.
  private static func distinct(_ details: [AuditRecord.Detail]) -> [Detail] {
    var times: [String: Int] = [:]
    return details.map { detail in
      let count = times[detail.name, default: 0] + 1
      times[detail.name] = count
      return Detail(
        name: count == 1 ? detail.name : "\(detail.name)#\(count)", value: detail.value)
    }
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("sequence", sequence)
    writer.member("time", time: time)
    writer.member("boot_ms", boot)
    writer.member("event", event)
    writer.optional("uid", uid.map { Int64($0) })
    writer.optional("account", account)
    writer.optional("environment", environment)
    writer.optional("request", request)
    if !secrets.isEmpty { writer.member("secrets", secrets) }
    if !details.isEmpty {
      writer.key("details")
      writer.beginObject()
      for detail in details {
        writer.key(detail.name)
        writer.string(detail.value)
      }
      writer.endObject()
    }
    writer.member("hash", hash)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    sequence = try object.required("sequence").integer()
    time = try object.required("time").time()
    boot = try object.required("boot_ms").integer()
    event = try object.required("event").string()
    uid = try object.optional("uid")?.accountNumber()
    account = try object.optional("account")?.string()
    environment = try object.optional("environment")?.string()
    request = try object.optional("request")?.integer()
    secrets = try object.optional("secrets")?.views() ?? []
    var details: [Detail] = []
    if let members = try object.optional("details")?.object() {
      for (name, text) in members.members() {
        details.append(Detail(name: name, value: try text.string()))
      }
    }
    self.details = details
    hash = try object.required("hash").string()
  }
}

/// What `audit.verify` found.
public struct AuditVerificationView: WireView, Hashable {
  /// Whether the chain, its sealed head and its signature hold.
  public let verified: Bool
  /// How many records were read.
  public let records: Int64
  /// `sha256:…` of the last record.
  public let head: String
  /// The last record that a signature covers.
  public let signedThrough: Int64
  /// What does not hold, in a sentence; nil where all does.
  public let fault: String?
  /// The first record that does not hold; nil where all do, or where no single one is at fault.
  public let firstBad: Int64?

  /// Makes the view.
  /// - Parameter head: the hash of the last record, 32 bytes.
  public init(
    verified: Bool, records: Int64, head: [UInt8], signedThrough: Int64, fault: String? = nil,
    firstBad: Int64? = nil
  ) {
    self.verified = verified
    self.records = records
    self.head = Digest(head).text
    self.signedThrough = signedThrough
    self.fault = fault
    self.firstBad = firstBad
  }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("verified", verified)
    writer.member("records", records)
    writer.member("head", head)
    writer.member("signed_through", signedThrough)
    writer.nullable("fault", fault)
    writer.nullable("first_bad", firstBad)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    verified = try object.required("verified").bool()
    records = try object.required("records").integer()
    head = try object.required("head").string()
    signedThrough = try object.required("signed_through").integer()
    fault = try object.required("fault").nullableString()
    firstBad = try object.required("first_bad").nullableInteger()
  }
}
