/// The other end of an ssh connection as a person types it: `[USER@]HOST`, an alias of `ssh_config(5)`
/// included.
///
/// What is in here can be an argument of ssh and nothing else: it is no option (no part begins with a
/// hyphen), and no shell, no `ProxyCommand` with its `%h` and no terminal finds anything in it to act on.
public struct HostName: Hashable, Sendable, CustomStringConvertible {
  /// As it was typed.
  public let text: String
  /// The longest, in bytes: a name of the DNS and a name of an account.
  public static let longest = 320

  /// - Returns: nil where it is not written so.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.longest, text.utf8.allSatisfy(Self.allows) else { return nil }
    // As ssh splits it: an account may hold an `@`, a host may not.
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") }) else {
      return nil
    }
    self.text = text
  }

  /// As it was typed.
  public var description: String { text }

  private static func allows(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    // . - _ @ and, for addresses, : [ ] %
    case 0x2E, 0x2D, 0x5F, 0x40, 0x3A, 0x5B, 0x5D, 0x25: true
    default: false
    }
  }
}
