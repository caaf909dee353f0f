import Glibc
import VaultClient

/// Whose socket it is, and who could put another in its place.
enum SocketCheckup {
  /// System accounts end here (Debian policy 9.2.2).
  private static let firstUserID: UInt32 = 1_000

  static func findings(_ path: String) -> [Finding] {
    do throws(FileFacts.Unseen) {
      let socket = try FileFacts(path)
      return [judge(socket, path), folder(of: path, daemon: socket.uid)]
    } catch {
      let advice =
        error.isHidden
        ? "run envgate doctor as root" : "start envgated, or give its socket with --socket"
      return [
        .notLookedAt("socket", path, error.text, advice), folder(of: path, daemon: nil),
      ]
    }
  }

  private static func judge(_ socket: FileFacts, _ path: String) -> Finding {
    if isPlain(socket.uid) && socket.uid != geteuid() {
      return .fail(
        "socket", "\(path) belongs to \(HostAccount.owner(socket.uid)), not to the daemon",
        "send nothing there; find out which account that is, and remove the socket")
    }
    guard socket.isSocket else {
      return .fail("socket", "\(path) is not a socket", "give the daemon's socket with --socket")
    }
    return .ok(
      "socket",
      "\(path) is \(socket.text)"
        + (socket.isWritableByAll
          ? "; every account may connect, and each environment's gate decides what it may read"
          : ""))
  }

  /// The folders down to the socket: in one that somebody may write to, any of what follows is theirs.
  /// - Parameter daemon: whose the socket is; nil where that is not known.
  private static func folder(of path: String, daemon: UInt32?) -> Finding {
    var folder = ParentFolder.of(path)
    let nearest = folder
    while true {
      do throws(FileFacts.Unseen) {
        let facts = try FileFacts(folder)
        if let finding = owner(facts.uid, of: folder, daemon) { return finding }
        if let who = try FileFacts.whoElseWrites(to: folder) {
          return .fail(
            "folder", "\(who) may write to \(folder), and so replace the socket",
            "chmod go-w \(folder)")
        }
        if folder == nearest, facts.isSticky, facts.isWritableByAll {
          return .warn(
            "folder", "every account may put files, and so a socket, into \(folder)",
            "give the socket a folder of its own")
        }
      } catch {
        return .notLookedAt("folder", "who may write to \(folder)", error.text)
      }
      if folder == "/" || folder == "." { break }
      folder = ParentFolder.of(folder)
    }
    return .ok("folder", "only its owner may replace files in \(nearest)")
  }

  /// The owner of a folder, where that is neither root nor the daemon's own account.
  private static func owner(_ uid: UInt32, of folder: String, _ daemon: UInt32?) -> Finding? {
    if uid == 0 { return nil }
    let owner = HostAccount.owner(uid)
    if isPlain(uid) && uid == geteuid() {
      return .warn(
        "folder",
        "\(folder) belongs to \(owner), an ordinary account: every process of that account can replace the socket",
        "run envgated as a system account, in a folder of its own")
    }
    if isPlain(uid) || daemon.map({ $0 != uid }) ?? false {
      return .fail(
        "folder", "\(folder) belongs to \(owner), which can replace the socket",
        "give it to root: chown root \(folder)")
    }
    return nil
  }

  private static func isPlain(_ uid: UInt32) -> Bool { uid >= firstUserID }
}
