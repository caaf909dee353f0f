import Glibc
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// The conditions by which `envgate doctor` decides, each on its own, on files of a folder.
@Suite(.enabled(if: Programs.isRoot, "needs root"))
struct DoctorConditionTests {
  /// A folder with a configuration, a key outside of the state directory, and no right for anybody else.
  private final class Place {
    let folder: Folder
    var configuration: String { folder.path + "/file" }
    var key: String { folder.path + "/out" }

    init() throws {
      folder = try Folder()
      chmod(folder.path, 0o700)
      try write("", key)
      try configure(key: key)
      for path in [configuration, key] { chmod(path, 0o600) }
    }

    func configure(key: String, state: String? = nil) throws {
      unlink(configuration)
      try write(
        #"{"state_directory":"\#(state ?? folder.path + "/state")","root_key":{"file":"\#(key)"}}"#,
        configuration)
      chmod(configuration, 0o600)
    }

    func verdict(_ check: String) throws -> Finding.Verdict? {
      let facts = try #require(ConfigurationFacts(configuration))
      return KeyCheckup.findings(configuration, facts).first { $0.check == check }?.verdict
    }

    /// A socket that nobody listens at.
    func socket() throws -> String {
      let path = folder.path + "/socket"
      let made = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(made) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      let code = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(made, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(code == 0)
      chmod(path, 0o600)
      return path
    }

    deinit { folder.remove() }
  }

  @Test func `doctor: whoever else may change the configuration is told, and nobody else`() throws {
    let place = try Place()
    #expect(try place.verdict("configuration") == .ok)
    for mode: mode_t in [0o620, 0o602] {
      chmod(place.configuration, mode)
      #expect(try place.verdict("configuration") == .fail, "\(String(mode, radix: 8))")
    }
    chmod(place.configuration, 0o644)
    #expect(try place.verdict("configuration") == .ok)
    chown(place.folder.path, 0, 4_321)
    chmod(place.folder.path, 0o770)
    #expect(try place.verdict("configuration") == .fail)
    #expect(try place.verdict("key") == .fail)
    // Root's own group is root; in a sticky folder nobody takes away what is another's.
    chown(place.folder.path, 0, 0)
    #expect(try place.verdict("configuration") == .ok)
    chmod(place.folder.path, 0o777)
    #expect(try place.verdict("configuration") == .fail)
    chmod(place.folder.path, 0o1777)
    #expect(try place.verdict("configuration") == .ok)
    chown(place.folder.path, 0, 4_321)
    chmod(place.folder.path, 0o1770)
    #expect(try place.verdict("configuration") == .ok)
  }

  @Test func `doctor: of the service accounts those that are named are looked up by name`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    try write(#"{"service_accounts": ["user:ci", "uid:990"]}"#, path)
    #expect(ConfigurationFacts(path)?.serviceAccounts == ["ci"])
  }

  @Test func `doctor: a file that is longer than it may be is not read`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    try write(String(repeating: "x", count: 20_000), path)
    #expect(FileFacts.bytes(of: path, limit: 20_000)?.count == 20_000)
    #expect(FileFacts.bytes(of: path, limit: 19_999) == nil)
  }

  @Test func `doctor: a root key that others may read, or that a copy of the vault holds, is told`()
    throws
  {
    let place = try Place()
    #expect(try place.verdict("key") == .ok)
    for mode: mode_t in [0o640, 0o604, 0o610] {
      chmod(place.key, mode)
      #expect(try place.verdict("key") == .fail, "\(String(mode, radix: 8))")
    }
    chmod(place.key, 0o600)
    try place.configure(key: place.key, state: place.folder.path)
    #expect(try place.verdict("key") == .fail)
    try place.configure(key: place.key, state: place.folder.path + "/")
    #expect(try place.verdict("key") == .fail)
    // A folder whose name only begins alike is another one.
    try place.configure(key: place.key, state: place.folder.path + "/ou")
    #expect(try place.verdict("key") == .ok)
    try place.configure(key: place.folder.path + "/none")
    #expect(try place.verdict("key") == .fail)
  }

  @Test func `doctor: what is no socket, and a socket of another person, is told`() throws {
    let place = try Place()
    func verdict(_ check: String) -> Finding.Verdict? {
      SocketCheckup.findings(place.key).first { $0.check == check }?.verdict
    }
    #expect(verdict("socket") == .fail)
    let path = try place.socket()
    func socket() -> Finding.Verdict? {
      SocketCheckup.findings(path).first { $0.check == "socket" }?.verdict
    }
    #expect(socket() == .ok)
    chown(path, 1_000, 0)
    #expect(socket() == .fail)
    chown(path, 999, 0)
    #expect(socket() == .ok)
  }

  @Test func `doctor: a folder of the socket is root's or the daemon's, or it is told`() throws {
    let place = try Place()
    let path = try place.socket()
    func folder() -> Finding.Verdict? {
      SocketCheckup.findings(path).first { $0.check == "folder" }?.verdict
    }
    #expect(folder() == .ok)
    for uid: UInt32 in [1_000, 34] {
      chown(place.folder.path, uid, 0)
      #expect(folder() == .fail, "uid \(uid)")
    }
    chown(path, 34, 0)
    #expect(folder() == .ok)
  }

  @Test func `doctor: a caller who may only ask, and one whom nobody knows, are told`() {
    let caller = Caller(
      uid: 7, kernelGroups: [], isOverflow: false, connection: 1, account: nil)
    #expect(DaemonCheckup.you(.init(caller, roles: Roles())).verdict == .ok)
    #expect(
      DaemonCheckup.you(.init(caller.with(confinement: .userNamespace), roles: Roles())).verdict
        == .warn)
    #expect(DaemonCheckup.you(.init(uid: 7, account: "x", roles: nil)).verdict == .fail)
    #expect(DaemonCheckup.roles([], []).verdict == .warn)
    #expect(DaemonCheckup.roles(["admin"], []).verdict == .ok)
  }

  @Test func `doctor: groups of the account and of the session are compared both ways`() throws {
    let account = try #require(HostAccount(uid: 0))
    func verdict(_ listed: Set<UInt32>, _ session: Set<UInt32>) -> Finding.Verdict {
      SessionCheckup.judge(account, listed: listed, session: session).verdict
    }
    #expect(verdict([0, 5], [0, 5]) == .ok)
    #expect(verdict([0, 5], [0]) == .warn)
    #expect(verdict([0], [0, 5]) == .warn)
  }
}
