import Glibc

/// What a program that ran to its end left behind.
struct Finished {
  let status: Int32
  let stdout: [UInt8]
  let stderr: String

  /// The exit code, 128 + n for a signal.
  var code: Int32 {
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  var text: String { String(decoding: stdout, as: UTF8.self) }
}

struct HarnessFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A program that runs beside the test, with its output in pipes.
final class RunningProcess {
  let pid: pid_t
  let output: Int32
  let errors: Int32
  private var status: Int32?

  /// Starts a program.
  /// - Parameters:
  ///   - arguments: the path of the program first.
  ///   - input: what it reads from standard input; /dev/null where nil.
  ///   - environment: its whole environment, beside PATH.
  ///   - uid: another user to run it as; only for root, through setpriv(1).
  init(
    _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:],
    uid: UInt32? = nil
  ) throws {
    var arguments = arguments
    if let uid {
      arguments =
        ["/usr/bin/setpriv", "--reuid=\(uid)", "--regid=\(uid)", "--clear-groups", "--"] + arguments
    }
    var out: [Int32] = [0, 0]
    var err: [Int32] = [0, 0]
    guard pipe(&out) == 0, pipe(&err) == 0 else { throw HarnessFault("pipe failed") }
    for end in out + err { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // A program begins with its maker's mask and with what its maker ignores. The testing library's
    // threads block all signals, and what starts it, a CI runner say, may ignore SIGPIPE.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var source = open("/dev/null", O_RDONLY | O_CLOEXEC)
    if let input {
      // A file without a name holds inputs of any size without a writer beside.
      close(source)
      var template = Array("/tmp/envgate-input-XXXXXX".utf8CString)
      source = mkstemp(&template)
      unlink(template)
      _ = fcntl(source, F_SETFD, FD_CLOEXEC)
      guard source >= 0, write(source, input, input.count) == input.count else {
        throw HarnessFault("cannot write the input")
      }
      lseek(source, 0, SEEK_SET)
    }
    posix_spawn_file_actions_adddup2(&actions, source, 0)
    posix_spawn_file_actions_adddup2(&actions, out[1], 1)
    posix_spawn_file_actions_adddup2(&actions, err[1], 2)
    var variables = environment
    if variables["PATH"] == nil {
      variables["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    }
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, arguments[0], &actions, &attributes, argv, envp)
    close(source)
    close(out[1])
    close(err[1])
    output = out[0]
    errors = err[0]
    pid = child
    if code != 0 { throw HarnessFault("cannot start \(arguments[0]): errno \(code)") }
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      _ = wait()
    }
    close(output)
    close(errors)
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Stops it. A process whose thread for the signal has no processor yet goes on; when this returns, none of
  /// its threads does.
  func freeze() throws {
    signal(SIGSTOP)
    try eventually("all its threads are stopped") {
      guard let folder = opendir("/proc/\(pid)/task") else { return false }
      defer { closedir(folder) }
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasPrefix(".") { continue }
        let text = String(decoding: try readFile("/proc/\(pid)/task/\(name)/stat"), as: UTF8.self)
        // Behind the name, in brackets: its state (proc(5)).
        guard text.split(separator: ")").last?.hasPrefix(" T") == true else { return false }
      }
      return true
    }
  }

  @discardableResult
  func wait() -> Int32 {
    if let status { return status }
    var value: Int32 = 0
    while waitpid(pid, &value, 0) < 0 && errno == EINTR {}
    status = value
    return value
  }

  /// Reads both pipes to their ends, then waits.
  func finish() -> Finished {
    var collected: [Int32: [UInt8]] = [output: [], errors: []]
    var open: Set<Int32> = [output, errors]
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while !open.isEmpty {
      var polls = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&polls, nfds_t(polls.count), -1) > 0 else { continue }
      for entry in polls where entry.revents != 0 {
        let count = read(entry.fd, &chunk, chunk.count)
        if count > 0 {
          collected[entry.fd]?.append(contentsOf: chunk[0..<count])
        } else {
          open.remove(entry.fd)
        }
      }
    }
    return Finished(
      status: wait(), stdout: collected[output] ?? [],
      stderr: String(decoding: collected[errors] ?? [], as: UTF8.self))
  }

  /// Reads standard error line by line until one holds the text; answers everything read.
  func readErrors(until text: String) throws -> String {
    var seen = ""
    var byte: UInt8 = 0
    var bytes: [UInt8] = []
    while read(errors, &byte, 1) == 1 {
      bytes.append(byte)
      guard byte == 0x0A else { continue }
      seen += String(decoding: bytes, as: UTF8.self)
      if seen.contains(text) { return seen }
      bytes.removeAll()
    }
    throw HarnessFault("the program ended before it said \"\(text)\": \(seen)")
  }
}

/// The folder with the programs to test: what ships, where `make test` has built it.
enum Programs {
  static let folder: String? = getenv("ENVGATE_BIN").map { String(cString: $0) }
  static var isThere: Bool { folder != nil }
  static let isRoot = geteuid() == 0

  static func path(_ name: String) throws -> String {
    guard let folder else { throw HarnessFault("ENVGATE_BIN is not set") }
    return folder + "/" + name
  }

  static func run(
    _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:],
    uid: UInt32? = nil
  ) throws -> Finished {
    try RunningProcess(arguments, input: input, environment: environment, uid: uid).finish()
  }
}
