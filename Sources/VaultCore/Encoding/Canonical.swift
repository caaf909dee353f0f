/// A value that a sealed row or an audit row holds.
public protocol Canonical {
  /// Appends the value.
  func encode(into encoder: inout CanonicalEncoder)
  /// Reads the value.
  init(from decoder: inout CanonicalDecoder) throws(DecodingFault)
}

extension Canonical {
  /// The value's bytes.
  public var canonicalBytes: [UInt8] {
    var encoder = CanonicalEncoder()
    encode(into: &encoder)
    return encoder.output
  }

  /// Reads a value from exactly these bytes.
  public init(canonical bytes: [UInt8]) throws(DecodingFault) {
    var decoder = CanonicalDecoder(bytes)
    try self.init(from: &decoder)
    try decoder.finish()
  }
}

extension Principal: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    switch self {
    case .user(let name, let uid):
      encoder.byte(1)
      encoder.text(name)
      encoder.integer(Int64(uid))
    case .group(let name, let gid):
      encoder.byte(2)
      encoder.text(name)
      encoder.integer(Int64(gid))
    case .uid(let uid):
      encoder.byte(3)
      encoder.integer(Int64(uid))
    case .gid(let gid):
      encoder.byte(4)
      encoder.integer(Int64(gid))
    case .socket(let name):
      encoder.byte(5)
      encoder.text(name.text)
    }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    switch try decoder.byte() {
    case 1: self = .user(name: try decoder.text(), uid: try decoder.accountNumber())
    case 2: self = .group(name: try decoder.text(), gid: try decoder.accountNumber())
    case 3: self = .uid(try decoder.accountNumber())
    case 4: self = .gid(try decoder.accountNumber())
    case 5: self = .socket(try decoder.socketName())
    default: throw DecodingFault()
    }
  }
}

extension CanonicalDecoder {
  mutating func accountNumber() throws(DecodingFault) -> UInt32 {
    guard let number = UInt32(exactly: try integer()) else { throw DecodingFault() }
    return number
  }

  mutating func socketName() throws(DecodingFault) -> SocketName {
    guard let name = SocketName(try text()) else { throw DecodingFault() }
    return name
  }

  mutating func secretName() throws(DecodingFault) -> SecretName {
    SecretName(sealed: try text())
  }

  mutating func environmentName() throws(DecodingFault) -> EnvironmentName {
    do { return try EnvironmentName(try text()) } catch { throw DecodingFault() }
  }
}
