import Glibc
import SecretMemory
import VaultProtocol

/// The environment of a child: ours, and one variable for each secret.
///
/// Each `NAME=value` lies in secret memory and nowhere else; the kernel copies it into the child at
/// execve(2), and dropping this value wipes ours.
struct ChildEnvironment {
  private let secrets: [(name: String, entry: SecretBuffer)]

  /// - Parameters:
  ///   - overriding: whether a secret replaces a variable of its name that is already there.
  ///   - own: variables of envgate's own, which replace those of their names.
  /// - Throws: ``CommandFault`` where a value holds a NUL, or a name is already in our environment.
  init(
    _ values: [HandOver.Variable], overriding: Bool, own: [HandOver.Variable] = []
  ) throws {
    if !overriding { try Self.requireAbsent(values.map(\.name)) }
    secrets = try (values + own).map { ($0.name, try Self.entry($0.name, $0.value)) }
  }

  /// Refuses names that our own environment has already.
  static func requireAbsent(_ names: [String]) throws {
    // Safety: getenv lends a string of the environment; only whether there is one is asked.
    for name in names where unsafe getenv(name) != nil {
      throw CommandFault(
        .environmentConflict,
        PlainText.shown("\(name) is already set in this environment; unset it, or add --override"))
    }
  }

  private static func entry(_ name: String, _ value: SecretBuffer) throws -> SecretBuffer {
    let prefix = Array(name.utf8) + [UInt8(ascii: "=")]
    // Safety: both buffers are lent for their closures; the room holds prefix, value and NUL.
    return try unsafe SecretBuffer(capacity: prefix.count + value.count + 1) { room in
      try unsafe value.withUnsafeBytes { bytes in
        if unsafe bytes.contains(0) {
          throw CommandFault(
            .valueNUL,
            "the value of \(name) contains a NUL byte, which no environment variable can hold; "
              + "use --as fd or --as file")
        }
        unsafe room.copyBytes(from: prefix)
        unsafe UnsafeMutableRawBufferPointer(rebasing: room[prefix.count...])
          .copyMemory(from: bytes)
      }
      unsafe room[prefix.count + value.count] = 0
      return prefix.count + value.count + 1
    }
  }

  /// Lends the list that execve(2) takes.
  func withPointers<R>(
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws -> R
  ) throws -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
    // Safety: the list ends with nil (environ(7)); nothing in this process changes it.
    var next = unsafe environ
    while let variable = unsafe next.pointee {
      if unsafe !isReplaced(variable) { unsafe pointers.append(variable) }
      unsafe next += 1
    }
    for (_, entry) in secrets {
      // Safety: `self` keeps the buffers alive for the whole call; their memory does not move.
      unsafe entry.withUnsafeBytes { bytes in
        let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        unsafe pointers.append(UnsafeMutablePointer(mutating: base))
      }
    }
    unsafe pointers.append(nil)
    return try withExtendedLifetime(self) {
      // Safety: lent for the closure; the strings behind it live in the environment and in `self`.
      try unsafe pointers.withUnsafeBufferPointer { list in
        guard let base = list.baseAddress else {
          throw CommandFault(.internalFault, "no environment")
        }
        return try unsafe body(base)
      }
    }
  }

  private func isReplaced(_ variable: UnsafeMutablePointer<CChar>) -> Bool {
    secrets.contains { name, _ in
      let length = name.utf8.count
      // Safety: strncmp ends at the variable's NUL, so the byte after an equal prefix is readable.
      return unsafe strncmp(variable, name, length) == 0
        && variable[length] == CChar(UInt8(ascii: "="))
    }
  }
}
