/// Why secret memory was not given out.
public enum SecretMemoryError: Error, Hashable, Sendable {
  /// All of the arena is in use; what is given back later can be had again.
  case exhausted
  /// More bytes at once than the arena gives to anybody (`SecretArena.largestBlock`).
  case tooLarge
  /// A key was to be made from bytes that are not exactly its size.
  case wrongSize
}
