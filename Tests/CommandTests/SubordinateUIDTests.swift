import Glibc
import Promises
import Testing

/// `kernel-identity`: one user who is 65,536 uids is nobody as each of them.
@Suite(
  .serialized,
  .enabled(
    if: Programs.isThere && Programs.isRoot && access("/usr/bin/newuidmap", X_OK) == 0,
    "needs ENVGATE_BIN, root and newuidmap(1) of Debian's package uidmap"))
struct SubordinateUIDTests {
  static let mallory: UInt32 = 1_500
  static let subordinate = 100_004

  /// A daemon in a mount namespace with an account database of its own, in which mallory has subordinate
  /// uids and is one of the reviewers.
  private final class Host {
    let daemon: TestDaemon
    private let process: RunningProcess

    init() throws {
      daemon = try TestDaemon(start: false)
      let folder = daemon.folder
      let script = """
        set -e
        cd '\(folder)'
        mkdir etc home
        for file in passwd group; do
          grep -vE '^(mallory|reviewers):' /etc/$file >etc/$file
        done
        echo 'mallory:x:1500:1500::\(folder)/home:/bin/sh' >>etc/passwd
        echo 'mallory:x:1500:' >>etc/group
        echo 'reviewers:x:1600:mallory' >>etc/group
        echo 'mallory:100000:65536' >etc/subuid
        echo 'mallory:100000:65536' >etc/subgid
        chown 1500:1500 home
        touch /etc/subuid /etc/subgid
        for file in passwd group subuid subgid; do mount --bind "etc/$file" "/etc/$file"; done
        exec '\(try Programs.path("envgated"))' --config '\(daemon.configurationPath)'
        """
      process = try RunningProcess(["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script])
      _ = try process.readErrors(until: "listening")
    }

    /// Runs a script in the daemon's mount namespace, as mallory with the groups of a login.
    func mallory(_ script: String) throws -> Finished {
      try Programs.run(
        [
          "/usr/bin/nsenter", "--target", "\(process.pid)", "--mount", "/usr/bin/setpriv",
          "--reuid=1500", "--regid=1500", "--groups=1600", "--", "/bin/sh", "-c", script,
        ],
        environment: [
          "ENVGATE_SOCKET": daemon.socket, "ENVGATE": try Programs.path("envgate"),
          "HOME": daemon.folder + "/home",
        ])
    }

    func admin(_ arguments: [String], input: String? = nil) throws {
      let done = try Programs.run(
        ["/usr/bin/nsenter", "--target", "\(process.pid)", "--mount"]
          + [try Programs.path("envgate")] + arguments,
        input: input.map { Array($0.utf8) }, environment: ["ENVGATE_SOCKET": daemon.socket])
      guard done.code == 0 else { throw HarnessFault("\(arguments): \(done.stderr)") }
    }
  }

  private func furnished() throws -> Host {
    let host = try Host()
    try host.admin(["environment", "create", "open", "--requester", "any", "--unprotected"])
    try host.admin(["secret", "set", "TOKEN", "-e", "open"], input: "value")
    try host.admin([
      "environment", "create", "production", "--requester", "uid:1", "--reviewer",
      "group:reviewers", "--approvals", "2",
    ])
    try host.admin(["secret", "set", "TOKEN", "-e", "production"], input: "value")
    return host
  }

  /// The ways of mallory to be another uid, with the groups kept: in a user namespace whose ids newuidmap(1)
  /// maps, and on the host itself by a program whose set-user-ID owner was written from inside one.
  static let disguises = [
    #"RUN="unshare --user --map-auto --map-root-user setpriv --reuid=5 --keep-groups -- socat""#,
    """
    set -e
    if [ ! -e "$HOME/s" ]; then
      cp "$(command -v socat)" "$HOME/s"
      chmod 0777 "$HOME"
      unshare --user --map-auto --map-root-user sh -c 'chown 5 "$HOME/s" && chmod 4755 "$HOME/s"'
    fi
    RUN=$HOME/s
    """,
  ]

  private func call(_ host: Host, _ disguise: String, _ line: String) throws -> String {
    let done = try host.mallory(
      "\(disguise)\n$RUN -t5 - \"UNIX-CONNECT:$ENVGATE_SOCKET\" <<'E'\n\(line)\nE\n")
    return done.text.isEmpty ? done.stderr : done.text
  }

  @Test(.promise(.subordinateUIDsAreNobody), arguments: disguises)
  func `kernel-identity: one user as several uids, groups kept, cannot ask, approve or be counted`(
    disguise: String
  ) throws {
    let host = try furnished()
    func call(_ method: String, _ params: String) throws -> String {
      try self.call(
        host, disguise,
        #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params)}}"#)
    }
    let status = try call("server.status", "")
    #expect(status.contains(#""uid":\#(Self.subordinate),"account":null"#), "\(status)")
    #expect(
      try call("secret.get", #""environment":"open","name":"TOKEN""#).contains(
        "environment.unknown"))
    let asker = try LineClient(host.daemon.socket, as: 1)
    let made = try asker.call(
      #"{"jsonrpc":"2.0","id":1,"method":"request.create","params":{"environment":"production"}}"#)
    let digest = try #require(made.split(separator: "\"").first { $0.hasPrefix("sha256:") })
    #expect(
      try call("request.approve", #""request":1,"digest":"\#(digest)""#).contains(
        "request.unknown"))
    // As itself mallory is one reviewer, once.
    let own = try host.mallory("exec $ENVGATE approve 1 --yes --accept-new")
    #expect(own.code == 0, "\(own.stderr)")
    #expect(try host.mallory("exec $ENVGATE approve 1 --yes --accept-new").code == 77)
    #expect(
      try call("request.approve", #""request":1,"digest":"\#(digest)""#).contains(
        "request.unknown"))
    let state = try host.mallory("exec $ENVGATE request show 1 --json")
    #expect(state.text.contains(#""state":"waiting""#), "\(state.text)")
  }

  @Test func `a rule that names the number of a subordinate uid lets it ask`() throws {
    let host = try furnished()
    try host.admin([
      "environment", "create", "named", "--requester", "uid:\(Self.subordinate)", "--unprotected",
    ])
    try host.admin(["secret", "set", "TOKEN", "-e", "named"], input: "value-of-named")
    let read = try call(
      host, Self.disguises[0],
      #"{"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"named","name":"TOKEN"}}"#
    )
    #expect(read.contains("value-of-named"), "\(read)")
  }
}
