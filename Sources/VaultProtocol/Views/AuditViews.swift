import StrictJSON
public import VaultCore

/// One record of the audit chain.
public struct AuditRecordView: DescribedView, ListItem, Hashable {
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
  /// The account's name, where the account database had one; `socket:NAME` for a job socket, `unit:NAME` for a unit.
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
  /// The canonical bytes in hexadecimal, where they were asked for: what the chain hashes.
  public let canonical: String?

  /// A named fact of a record.
  public struct Detail: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its text.
    public let value: String
  }

  /// What `after` takes to continue behind this one.
  public var cursor: Int64 { sequence }

  /// Its members.
  public static let shape = Shape<AuditRecordView>(
    Member("sequence", \.sequence, .integer),
    Member("time", \.time, .time),
    Member("boot_ms", \.boot, .integer),
    Member("event", \.event, .text),
    Member(optional: "uid", \.uid, .accountNumber),
    Member(optional: "account", \.account, .text),
    Member(optional: "environment", \.environment, .text),
    Member(optional: "request", \.request, .integer),
    Member(unlessEmpty: "secrets", \.secrets, .list(.view)),
    Member(unlessEmpty: "details", \.details, .details),
    Member("hash", \.hash, .text),
    Member(optional: "canonical", \.canonical, .text),
    as: AuditRecordView.init)
}

extension AuditRecordView {
  /// Makes the view.
  /// - Parameters:
  ///   - hash: the chain's hash up to and with this record, 32 bytes.
  ///   - canonical: the record's canonical bytes, where they are wanted.
  public init(record: AuditRecord, hash: [UInt8], canonical: [UInt8]? = nil) {
    self.init(
      sequence: record.sequence, time: record.time, boot: record.boot,
      event: record.word, uid: record.subject?.uid,
      account: record.subject.map { AccountView($0, account: record.account).account }
        ?? record.account,
      environment: record.environment, request: record.request,
      secrets: record.secrets.map { PinnedSecretView($0) },
      details: Self.distinct(record.details), hash: Digest(hash).text,
      canonical: canonical.map(Hexadecimal.text))
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
}

extension Kind where Value == [AuditRecordView.Detail] {
  /// An object, a member a detail.
  fileprivate static var details: Self {
    Kind { value, _ in
      try value.object().members().map { AuditRecordView.Detail(name: $0, value: try $1.string()) }
    } write: { details, writer in
      writer.beginObject()
      for detail in details {
        writer.key(detail.name)
        writer.string(detail.value)
      }
      writer.endObject()
    }
  }
}

/// What `audit.verify` found.
public struct AuditVerificationView: DescribedView, Hashable {
  /// Whether the chain, its sealed head and its signature hold.
  public let verified: Bool
  /// The last record that was read and holds.
  public let records: Int64
  /// `sha256:…` of the last record.
  public let head: String
  /// The last record that a signature covers.
  public let signedThrough: Int64
  /// What does not hold, in a sentence; nil where all does.
  public let fault: String?
  /// The first record that does not hold; nil where all do, or where no single one is at fault.
  public let firstBad: Int64?
  /// The records up to this one were not looked at; nil where all were.
  public let after: Int64?
  /// What a comparison with the daemon's log found, where one was made.
  public let journal: JournalComparisonView?

  /// Its members.
  public static let shape = Shape<AuditVerificationView>(
    Member("verified", \.verified, .bool),
    Member("records", \.records, .integer),
    Member("head", \.head, .text),
    Member("signed_through", \.signedThrough, .integer),
    Member("fault", \.fault, .nullable(.text)),
    Member("first_bad", \.firstBad, .nullable(.integer)),
    Member(optional: "after", \.after, .integer),
    Member(optional: "journal", \.journal, .view),
    as: AuditVerificationView.init(
      verified:records:head:signedThrough:fault:firstBad:after:journal:))
}

extension AuditVerificationView {
  /// Makes the view.
  /// - Parameter head: the hash of the last record, 32 bytes.
  public init(
    verified: Bool, records: Int64, head: [UInt8], signedThrough: Int64, fault: String? = nil,
    firstBad: Int64? = nil, after: Int64? = nil, journal: JournalComparisonView? = nil
  ) {
    self.init(
      verified: verified, records: records, head: Digest(head).text, signedThrough: signedThrough,
      fault: fault, firstBad: firstBad, after: after, journal: journal)
  }
}
