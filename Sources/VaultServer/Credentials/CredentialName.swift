import Glibc
import VaultCore

/// How the service manager says which credential it wants: by the name that it binds before it connects,
/// `\0HEX/unit/UNIT/ID` (LoadCredential= of systemd.exec(5)).
///
/// Everybody can bind such a name, so it is a claim (``CredentialPeer``).
enum CredentialName {
  /// Reads the bytes of an abstract name behind its NUL.
  static func credential(_ name: some Collection<UInt8>) -> UnitCredential? {
    let parts = name.split(separator: 0x2F, omittingEmptySubsequences: false)
    guard parts.count == 4, (1...16).contains(parts[0].count),
      parts[0].allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      parts[1].elementsEqual("unit".utf8), let name = text(parts[2]), let unit = UnitName(name),
      let id = text(parts[3])
    else { return nil }
    return UnitCredential(unit: unit, id: id)
  }

  /// The credential that the peer of a connection names; nil where it names none.
  static func ofPeer(_ descriptor: Int32) -> UnitCredential? {
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getpeername(descriptor, $0, &size)
      }
    }
    let start = MemoryLayout<sa_family_t>.size
    guard code == 0, Int(size) > start, Int(size) <= MemoryLayout<sockaddr_un>.size else {
      return nil
    }
    // Safety: the address is ours, and so many bytes of it are the name; they are copied.
    return unsafe withUnsafeBytes(of: &address) { bytes in
      let name = unsafe Array(bytes[start..<Int(size)])
      return name.first == 0 ? credential(name.dropFirst()) : nil
    }
  }

  private static func text(_ bytes: some Collection<UInt8>) -> String? {
    String(validating: bytes, as: UTF8.self)
  }
}
