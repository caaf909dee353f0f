internal import SecretMemory

/// The key of one environment and generation. Every record under it has a key derived from it.
public struct EnvironmentKey: ~Copyable, Sendable {
  let key: SecretKey
  /// Which of the environment's keys it is; raised by each rotation, and written in each record.
  public let generation: UInt32

  init(key: consuming SecretKey, generation: UInt32) {
    self.key = key
    self.generation = generation
  }

  /// Draws a new key.
  /// - Throws: `SecretMemoryError`, or what the source throws.
  public init(generation: UInt32, random: RandomSource) throws {
    key = try SecretKey.random(random)
    self.generation = generation
  }
}
