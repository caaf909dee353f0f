import Glibc

/// A vault on "another host": the real daemon and a real sshd on loopback, in a mount namespace with an
/// account database of their own.
///
/// `alice` and `dave` are in the group of `config/examples/sshd-reviewers.conf`, which is included as it is
/// but for the two paths, `fay` in that of `sshd-watch.conf`; `erin` is in neither, and gets what a usual sshd gives.
/// Each has a key of their own.
final class SSHServer {
  static let isThere =
    Programs.isThere && Programs.isRoot && access("/usr/sbin/sshd", X_OK) == 0
    && access("/usr/bin/ssh", X_OK) == 0
  static let alice: UInt32 = 1_501
  static let dave: UInt32 = 1_502
  static let erin: UInt32 = 1_503
  static let fay: UInt32 = 1_504

  let daemon: TestDaemon
  let port: Int
  private let process: RunningProcess
  private let server: RunningProcess

  var folder: String { daemon.folder }
  /// The daemon's process, in whose mount namespace all of it lives.
  var daemonProcess: RunningProcess { process }

  /// - Parameter extra: more of the daemon's configuration.
  init(extra: String = "") throws {
    daemon = try TestDaemon(extra: extra, start: false)
    port = try Self.freePort()
    let folder = daemon.folder
    for name in ["reviewers", "watch"] {
      let example = try String(
        decoding: readFile(SSHServer.checkout + "/config/examples/sshd-\(name).conf"),
        as: UTF8.self)
      try write(
        example.replacing("/usr/bin/envgate", with: try Programs.path("envgate"))
          .replacing("/run/envgate/envgate.sock", with: daemon.socket), folder + "/\(name).conf")
    }
    try write(
      """
      Port \(port)
      ListenAddress 127.0.0.1
      HostKey \(folder)/host.key
      PidFile none
      StrictModes no
      UsePAM no
      AuthorizedKeysFile \(folder)/keys/%u
      Subsystem sftp internal-sftp
      MaxStartups 100
      Include \(folder)/reviewers.conf
      Include \(folder)/watch.conf
      """, folder + "/sshd_config")
    let script = """
      set -e
      cd '\(folder)'
      mkdir etc home keys
      for file in passwd group; do
        grep -vE '^(alice|dave|erin|fay|envgate-reviewers):' /etc/$file >etc/$file
      done
      for who in alice:\(Self.alice) dave:\(Self.dave) erin:\(Self.erin) fay:\(Self.fay); do
        name=${who%:*} uid=${who#*:}
        mkdir home/$name
        chown $uid:$uid home/$name
        echo "$name:*:$uid:$uid::\(folder)/home/$name:/bin/sh" >>etc/passwd
        echo "$name:x:$uid:" >>etc/group
        ssh-keygen -q -t ed25519 -N '' -C '' -f key.$name
        cp key.$name.pub keys/$name
      done
      echo 'envgate-reviewers:x:1600:alice,dave' >>etc/group
      echo 'envgate-watchers:x:1601:fay' >>etc/group
      ssh-keygen -q -t ed25519 -N '' -C '' -f host.key
      chmod 0644 keys/* etc/*
      for file in passwd group; do mount --bind etc/$file /etc/$file; done
      mount -t tmpfs -o mode=0755 none /run
      mkdir -m 0755 /run/sshd
      exec '\(try Programs.path("envgated"))' --config '\(daemon.configurationPath)'
      """
    process = try RunningProcess(["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script])
    _ = try process.readErrors(until: "listening")
    server = try RunningProcess([
      "/usr/bin/nsenter", "--target", "\(process.pid)", "--mount", "/usr/sbin/sshd", "-D", "-e",
      "-f",
      folder + "/sshd_config",
    ])
    _ = try server.readErrors(until: "Server listening on 127.0.0.1")
  }

  /// Where the sources are: the tests' own file lies in it.
  private static let checkout = #filePath.components(dropping: 4)

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let found = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard found else { throw HarnessFault("no free port: errno \(errno)") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// Stops taking connections; those that are open stay.
  func stopListening() {
    server.signal(SIGTERM)
    server.wait()
  }
}

/// Somebody's own machine: an `ssh` first in PATH whose configuration knows the hosts.
final class Desk {
  let folder: String
  private var configuration = ""

  init(_ hosts: [(name: String, server: SSHServer, account: String)] = []) throws {
    var template = Array("/tmp/envgate-desk-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessFault("no temporary folder") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try replaceSSH("exec /usr/bin/ssh -F '\(folder)/config' \"$@\"")
    for host in hosts { try add(host.name, host.server, as: host.account) }
  }

  deinit { removeTree(folder) }

  /// Puts another program in the place of ssh.
  func replaceSSH(_ script: String) throws {
    try write("#!/bin/sh\n\(script)\n", folder + "/ssh")
    chmod(folder + "/ssh", 0o755)
  }

  /// Gives a host a name, and an account to sign in to it.
  func add(_ name: String, _ server: SSHServer, as account: String) throws {
    configuration += """
      Host \(name)
        HostName 127.0.0.1
        Port \(server.port)
        User \(account)
        IdentityFile \(server.folder)/key.\(account)
        IdentitiesOnly yes
        IdentityAgent none
        HostKeyAlias vault
        UserKnownHostsFile \(folder)/known.\(server.port)
        GlobalKnownHostsFile /dev/null

      """
    try write(configuration, folder + "/config")
    let key = try String(decoding: readFile(server.folder + "/host.key.pub"), as: UTF8.self)
    try write("vault " + key, folder + "/known.\(server.port)")
  }

  func environment(_ more: [String: String] = [:]) -> [String: String] {
    ["PATH": "\(folder):/usr/bin:/bin", "ENVGATE_SOCKET": "/nonexistent"].merging(more) { $1 }
  }

  /// Runs the client.
  func envgate(
    _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) throws -> Finished {
    try Programs.run(
      [Programs.path("envgate")] + arguments, input: input.map { Array($0.utf8) },
      environment: self.environment(environment))
  }

  /// Starts the client and goes on.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> RunningProcess {
    try RunningProcess(
      [Programs.path("envgate")] + arguments, environment: self.environment(environment))
  }

  /// Runs ssh itself.
  func ssh(_ arguments: [String], input: String? = nil) throws -> Finished {
    try Programs.run(
      [folder + "/ssh"] + arguments, input: input.map { Array($0.utf8) }, environment: environment()
    )
  }
}

extension String {
  /// A path without so many of its last parts.
  fileprivate func components(dropping count: Int) -> String {
    split(separator: "/").dropLast(count).reduce("") { $0 + "/" + $1 }
  }
}
