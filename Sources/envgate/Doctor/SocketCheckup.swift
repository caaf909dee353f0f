import Glibc
import VaultClient

/// Whose socket it is, and who could put another in its place.
enum SocketCheckup {
  /// System accounts end here (Debian policy 9.2.2).
  private static let firstUserID: UInt32 = 1_000

  static func findings(_ path: String) -> [Finding] {
    guard let socket = try? FileFacts(path) else { return [] }
    return [judge(socket, path), folder(of: path)].compactMap { $0 }
  }

  private static func judge(_ socket: FileFacts, _ path: String) -> Finding {
    if !isTrusted(socket.uid) {
      return .fail(
        "socket", "\(path) is \(HostAccount.owner(socket.uid))'s, not the daemon's",
        "send nothing there: see who that is, and remove it")
    }
    guard socket.isSocket else {
      return .fail("socket", "\(path) is no socket", "name the daemon's with --socket")
    }
    return .ok(
      "socket",
      "\(path) is \(socket.text)"
        + (socket.isWritableByAll ? "; whoever connects, the gates decide what they get" : ""))
  }

  /// The folders down to the socket: in one that somebody may write to, any of what follows is theirs.
  private static func folder(of path: String) -> Finding? {
    var folder = FileFacts.parent(of: path)
    let nearest = folder
    while true {
      do throws(FileFacts.Unseen) {
        let facts = try FileFacts(folder)
        if !isTrusted(facts.uid) {
          return .fail(
            "folder", "\(folder) is \(HostAccount.owner(facts.uid))'s, who can replace the socket",
            "give it to root: chown root \(folder)")
        }
        if let who = try FileFacts.whoElseWrites(to: folder) {
          return .fail(
            "folder", "\(who) may write to \(folder), and so replace the socket",
            "chmod go-w \(folder)")
        }
        if folder == nearest, facts.isSticky, facts.isWritableByAll {
          return .warn(
            "folder", "everybody may put files into \(folder), a socket among them",
            "let the daemon listen in a folder of its own")
        }
      } catch {
        return nil
      }
      if folder == "/" || folder == "." { break }
      folder = FileFacts.parent(of: folder)
    }
    return .ok("folder", "nobody but its owner may replace what is in \(nearest)")
  }

  private static func isTrusted(_ uid: UInt32) -> Bool {
    uid < firstUserID || uid == geteuid()
  }
}
