/// The sealed row at the top of everything, written by each commit that changes anything.
public struct HeadRow: Hashable, Sendable {
  /// The canonical encoding: sequence, chain hash, counters.
  public let content: [UInt8]
  /// The seal over it, 32 bytes.
  public let seal: [UInt8]

  /// Makes a head.
  public init(content: [UInt8], seal: [UInt8]) {
    self.content = content
    self.seal = seal
  }
}

/// What a vault is, written once when it is made.
public struct MetaRow: Hashable, Sendable {
  /// The vault's id, 16 random bytes.
  public let vault: [UInt8]
  /// When, in milliseconds since the epoch.
  public let created: Int64

  /// Makes it.
  public init(vault: [UInt8], created: Int64) {
    self.vault = vault
    self.created = created
  }
}

/// A root key that opens the vault.
public struct RootRow: Hashable, Sendable {
  /// Which root key of the vault it is, from 1.
  public let generation: Int64
  /// Tells a wrong root key before any record is touched, 32 bytes.
  public let checkValue: [UInt8]
  /// Since when, in milliseconds since the epoch.
  public let created: Int64

  /// Makes it.
  public init(generation: Int64, checkValue: [UInt8], created: Int64) {
    self.generation = generation
    self.checkValue = checkValue
    self.created = created
  }
}

/// What a wrapped key is and what opens it.
public struct WrapPlace: Hashable, Sendable {
  /// What the key is for; the numbers are the engine's.
  public let kind: Int64
  /// Whose key: an environment's number, or 0.
  public let id: Int64
  /// Which of its keys, from 1.
  public let generation: Int64
  /// What kind of key it is encrypted under, from 1 to 3; the numbers are the engine's.
  public let under: Int64
  /// Which of those keys.
  public let underGeneration: Int64

  /// Makes it.
  public init(kind: Int64, id: Int64, generation: Int64, under: Int64, underGeneration: Int64) {
    self.kind = kind
    self.id = id
    self.generation = generation
    self.under = under
    self.underGeneration = underGeneration
  }

  /// Before all others.
  public static let start = WrapPlace(
    kind: 0, id: 0, generation: 0, under: 0, underGeneration: 0)
}

/// A key, encrypted under another one.
public struct WrapRow: Hashable, Sendable {
  /// What it is, and what opens it.
  public let place: WrapPlace
  /// The ciphertext.
  public let record: [UInt8]

  /// Makes it.
  public init(_ place: WrapPlace, record: [UInt8]) {
    self.place = place
    self.record = record
  }
}

/// The audit records of one commit.
public struct AuditRow: Hashable, Sendable {
  /// The sequence of the first of them.
  public let first: Int64
  /// How many; they are numbered without a gap.
  public let count: Int64
  /// The records as the engine has joined them.
  public let records: [UInt8]

  /// Makes it.
  public init(first: Int64, count: Int64, records: [UInt8]) {
    self.first = first
    self.count = count
    self.records = records
  }
}

/// The newest signature over the audit chain.
public struct SignatureRow: Hashable, Sendable {
  /// The record that it was made after.
  public let sequence: Int64
  /// The chain's hash after that record, 32 bytes.
  public let hash: [UInt8]
  /// When, in milliseconds since the epoch.
  public let time: Int64
  /// Ed25519, 64 bytes.
  public let signature: [UInt8]

  /// Makes it.
  public init(sequence: Int64, hash: [UInt8], time: Int64, signature: [UInt8]) {
    self.sequence = sequence
    self.hash = hash
    self.time = time
    self.signature = signature
  }
}
