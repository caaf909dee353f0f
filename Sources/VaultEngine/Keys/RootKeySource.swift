public import SecretMemory

/// Where the root keys are that a rotation needs: read at that moment, on the commit thread, and then forgotten.
public struct RootKeySource: Sendable {
  /// The key in its place, which a start takes.
  public let inPlace: @Sendable () throws -> SecretBuffer
  /// The new key beside it; nil where there is none.
  public let beside: @Sendable () throws -> SecretBuffer?
  /// The place, as a person knows it.
  public let name: String
  /// The place beside it.
  public let nameBeside: String

  /// Makes it.
  public init(
    name: String, nameBeside: String, inPlace: @escaping @Sendable () throws -> SecretBuffer,
    beside: @escaping @Sendable () throws -> SecretBuffer?
  ) {
    self.name = name
    self.nameBeside = nameBeside
    self.inPlace = inPlace
    self.beside = beside
  }
}
