import Glibc

/// The real daemon, in a folder of its own, with its own key, socket and state.
///
/// Accounts: whoever runs the tests is the admin. As root the tests also have four accounts that every
/// Debian has; they are named as `user:NAME`, so that the real account database is asked.
final class TestDaemon {
  static let runner = (name: "daemon", uid: UInt32(1))
  static let bob = (name: "backup", uid: UInt32(34))
  static let carol = (name: "games", uid: UInt32(5))
  static let stranger = (name: "man", uid: UInt32(6))

  let folder: String
  let socket: String
  private(set) var process: RunningProcess?
  private var hasDisk = false

  var configurationPath: String { folder + "/envgated.json" }
  var stateDirectory: String { folder + "/state" }

  /// Makes the folder and the vault, and starts the daemon unless told otherwise.
  /// - Parameters:
  ///   - extra: more of the configuration, in which FOLDER stands for the folder.
  ///   - disk: the size of a disk of its own for the state directory; only for root.
  init(
    limits: String? = nil, extra: String = "", disk: String? = nil, start: Bool = true
  ) throws {
    var template = Array("/tmp/envgate-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessFault("no temporary folder") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    socket = folder + "/run/envgate.sock"
    chmod(folder, 0o711)
    mkdir(folder + "/run", 0o755)
    chmod(folder + "/run", 0o755)
    let text = """
      {
        // one folder holds everything of this test
        "socket": "\(socket)",
        "socket_mode": "0666",
        "state_directory": "\(stateDirectory)",
        "root_key": { "file": "\(folder)/root.key" },
        "admins": ["uid:\(geteuid())"]\(limits.map { ",\n  \"limits\": \($0)" } ?? "")\(extra.replacing("FOLDER", with: folder))
      }
      """
    try write(text, configurationPath)
    if let disk {
      mkdir(stateDirectory, 0o700)
      try mount(["-t", "tmpfs", "-o", "size=\(disk),mode=0700", "none", stateDirectory])
      hasDisk = true
    }
    let made = try Programs.run([Programs.path("envgated"), "init", "--config", configurationPath])
    guard made.code == 0 else { throw HarnessFault("init: \(made.stderr)") }
    if start { try self.start() }
  }

  deinit {
    process = nil
    if hasDisk { umount2(stateDirectory, Int32(MNT_DETACH)) }
    removeTree(folder)
  }

  /// Runs mount(8).
  func mount(_ arguments: [String]) throws {
    let done = try Programs.run(["/bin/mount"] + arguments)
    guard done.code == 0 else { throw HarnessFault("mount: \(done.stderr)") }
  }

  /// Starts the daemon and returns when it listens.
  /// - Parameter wrapper: a program that runs it, with its arguments.
  /// - Returns: the log until then.
  @discardableResult
  func start(under wrapper: [String] = []) throws -> String {
    let process = try RunningProcess(
      wrapper + [Programs.path("envgated"), "--config", configurationPath])
    let log = try process.readErrors(until: "listening")
    self.process = process
    return log
  }

  /// SIGTERM, and how it ended.
  @discardableResult
  func stop() -> Finished? {
    process?.signal(SIGTERM)
    defer { process = nil }
    return process?.finish()
  }

  /// SIGKILL: what was not answered may be there or not, what was answered must be.
  func crash() {
    process?.signal(SIGKILL)
    process?.wait()
    process = nil
  }

  /// Runs the client.
  func envgate(
    _ arguments: [String], as uid: UInt32? = nil, input: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Finished {
    try Programs.run(
      [Programs.path("envgate")] + arguments, input: input.map { Array($0.utf8) },
      environment: environment.merging(["ENVGATE_SOCKET": socket]) { $1 }, uid: uid)
  }

  /// Starts the client and goes on.
  func startEnvgate(
    _ arguments: [String], as uid: UInt32? = nil, environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try RunningProcess(
      [Programs.path("envgate")] + arguments,
      environment: environment.merging(["ENVGATE_SOCKET": socket]) { $1 }, uid: uid)
  }

  /// Runs the client, which must succeed.
  @discardableResult
  func must(
    _ arguments: [String], as uid: UInt32? = nil, input: String? = nil,
    environment: [String: String] = [:]
  ) throws -> String {
    let done = try envgate(arguments, as: uid, input: input, environment: environment)
    guard done.code == 0 else {
      throw HarnessFault("envgate \(arguments.joined(separator: " ")): \(done.code) \(done.stderr)")
    }
    return done.text
  }
}

func write(_ text: String, _ path: String) throws { try write(Array(text.utf8), to: path) }

func write(_ bytes: [UInt8], to path: String) throws {
  let fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  defer { close(fd) }
  guard fd >= 0, write(fd, bytes, bytes.count) == bytes.count else {
    throw HarnessFault("cannot write \(path)")
  }
}

func readFile(_ path: String) throws -> [UInt8] {
  let fd = open(path, O_RDONLY | O_CLOEXEC)
  guard fd >= 0 else { throw HarnessFault("cannot read \(path)") }
  defer { close(fd) }
  var all: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while case let count = read(fd, &chunk, chunk.count), count > 0 {
    all.append(contentsOf: chunk[0..<count])
  }
  return all
}

/// Removes a folder of a test, which lies under /tmp.
func removeTree(_ path: String) {
  guard path.hasPrefix("/tmp/envgate-") else { return }
  _ = try? Programs.run(["/bin/rm", "-rf", path])
}
