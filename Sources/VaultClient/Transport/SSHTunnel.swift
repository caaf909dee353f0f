import CLinux
import Glibc

/// An ssh that runs beside us and joins one end of a socket pair to `envgate proxy` on another host.
///
/// The end that we speak on belongs to whoever made the tunnel; ssh has the other as its stdin and
/// stdout. What ssh and the far end say on stderr comes through a pipe, line by line: the far end must
/// not write to a reviewer's terminal by itself.
///
/// ssh ignores what ends a job (SIGINT from the keyboard, SIGHUP), so that what is to be said last can
/// still be said. It ends with the thread that started it, unless it carries a lifeline: else a killed
/// client would go on waiting over there for as long as ssh does not notice.
final class SSHTunnel {
  let host: HostName
  private let tell: @Sendable (String) -> Void
  private let pid: pid_t
  /// Where stderr comes from; -1 once nothing more will.
  private(set) var errors: Int32
  private var line: [UInt8] = []
  private var told = 0
  private var status: Int32?
  private var isReleased = false
  /// Whether a line of the vault has come.
  var hasAnswered = false

  /// The longest line and the most lines that are passed on: who floods is not read out to the end.
  private static let longestLine = 1_000
  private static let mostLines = 100
  /// Milliseconds that ssh has to end by itself.
  private static let patience: Int32 = 2_000

  /// Starts ssh and returns at once, with the end to speak on, which the caller closes.
  /// - Parameter outlivesUs: whether it goes on where this process ends.
  /// - Throws: ``ClientFault/noSSH`` where there is none, and where a system call fails.
  static func start(
    _ host: HostName, mayAsk: Bool, outlivesUs: Bool, tell: @escaping @Sendable (String) -> Void
  ) throws(ClientFault) -> (tunnel: SSHTunnel, descriptor: Int32) {
    var pair: [Int32] = [-1, -1]
    // Safety: the call fills the array of two.
    guard
      unsafe socketpair(
        AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0
    else { throw .system(call: "socketpair", error: errno) }
    var near: Int32 = -1
    var far: Int32 = -1
    // Safety: the call fills two local integers.
    let failure = unsafe envgate_make_pipe(0, &near, &far)
    guard failure == 0 else {
      for descriptor in pair { _ = close(descriptor) }
      throw .system(call: "pipe", error: failure)
    }
    defer {
      _ = close(pair[1])
      _ = close(far)
    }
    do throws(ClientFault) {
      let pid = try run(
        SSHCommand.arguments(to: host, mayAsk: mayAsk), standard: pair[1], errors: far,
        deathSignal: outlivesUs ? 0 : SIGKILL)
      return (SSHTunnel(host, pid: pid, errors: near, tell: tell), pair[0])
    } catch {
      _ = close(pair[0])
      _ = close(near)
      throw error
    }
  }

  private init(
    _ host: HostName, pid: pid_t, errors: Int32, tell: @escaping @Sendable (String) -> Void
  ) {
    self.host = host
    self.pid = pid
    self.errors = errors
    self.tell = tell
  }

  deinit {
    end()
    if errors >= 0 { _ = close(errors) }
  }

  private static func run(
    _ arguments: [String], standard: Int32, errors: Int32, deathSignal: Int32
  ) throws(ClientFault) -> pid_t {
    var mask = sigset_t()
    // Safety: the call fills a local struct.
    unsafe sigemptyset(&mask)
    // Safety: strdup's copies are freed below, after the call.
    let strings = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe strings.forEach { unsafe free($0) } }
    var variables: [UnsafeMutablePointer<CChar>?] = unsafe []
    // Safety: the list ends with nil (environ(7)); nothing changes it meanwhile.
    var next = unsafe environ
    while let variable = unsafe next.pointee {
      let text = unsafe String(cString: variable)
      if SSHCommand.passes(variable: text) { unsafe variables.append(variable) }
      unsafe next += 1
    }
    unsafe variables.append(nil)
    var pid: pid_t = 0
    // Safety: every pointer outlives the call, which returns after the child has left our memory.
    let failure = unsafe withUnsafePointer(to: &mask) { mask in
      var child = unsafe envgate_child(
        signal_mask: UnsafeRawPointer(mask), default_pipe: 1, death_signal: deathSignal, kept: nil,
        kept_count: 0, input: standard, output: standard, errors: errors, ignore_ends: 1)
      return unsafe envgate_start_child(strings, variables, &child, &pid)
    }
    if failure == ENOENT { throw .noSSH }
    guard failure == 0 else { throw .system(call: "ssh", error: failure) }
    return pid
  }

  /// Reads what ssh has said and passes whole lines on. To be called when there is something.
  func listen() {
    guard errors >= 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 4_096)
    // Safety: the kernel fills the array during the call.
    let count = unsafe read(errors, &chunk, chunk.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    guard count > 0 else {
      _ = close(errors)
      errors = -1
      pass()
      return
    }
    for byte in chunk[..<count] {
      if byte == 0x0A {
        pass()
      } else if line.count < Self.longestLine {
        line.append(byte)
      }
    }
  }

  private func pass() {
    if line.last == 0x0D { line.removeLast() }
    if !line.isEmpty, told < Self.mostLines { tell(String(decoding: line, as: UTF8.self)) }
    if !line.isEmpty { told += 1 }
    line.removeAll(keepingCapacity: true)
  }

  /// Why the far end has ended, once it has.
  func fault() -> ClientFault {
    let status = ended(within: Self.patience)
    if hasAnswered { return .connectionLost }
    guard let status, status & 0x7F == 0 else { return .hostUnreachable(host: host.text) }
    switch status >> 8 & 0xFF {
    // The vault over there took the connection and hung up.
    case 0: return .connectionLost
    case 126, 127: return .hostWithoutEnvgate(host: host.text)
    // sysexits.h: envgate over there has run, and said why.
    case 64...78: return .hostRefused(host: host.text)
    case 255: return .hostUnreachable(host: host.text)
    default: return .hostEnded(host: host.text, code: status >> 8 & 0xFF)
    }
  }

  /// Leaves ssh to whoever holds the other end of what it serves.
  func release() { isReleased = true }

  /// Waits a moment for ssh to end, then ends it. The end that we speak on must be closed or shut down.
  func end() {
    if isReleased || status != nil { return }
    if ended(within: Self.patience) == nil, status == nil {
      kill(pid, SIGKILL)
      var value: Int32 = 0
      // Safety: the kernel fills the local integer during the call.
      while unsafe waitpid(pid, &value, 0) < 0 && errno == EINTR {}
      status = value
    }
  }

  /// How ssh ended, as wait(2) says it; nil where it has not within that time, or nobody knows.
  private func ended(within milliseconds: Int32) -> Int32? {
    let deadline = WaitDeadline(secondsFromNow: Int64(milliseconds) / 1_000)
    var pause: Int32 = 1
    while status == nil {
      var value: Int32 = 0
      // Safety: the kernel fills the local integer during the call.
      let found = unsafe waitpid(pid, &value, WNOHANG)
      if found == pid { status = value }
      // Whoever ignores SIGCHLD never learns how a child ended (wait(2)).
      if found < 0, errno == ECHILD { status = 0xFF00 }
      if status != nil || deadline.remaining == 0 { break }
      var entry = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
      // Safety: the kernel reads and fills the one local struct during the call; without a descriptor
      // it only sleeps.
      if unsafe poll(&entry, 1, pause) > 0 { listen() }
      pause = min(pause * 2, 32)
    }
    // What it said last.
    while status != nil, errors >= 0 {
      var entry = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
      // Safety: as above.
      guard unsafe poll(&entry, 1, 0) > 0, told < Self.mostLines else { break }
      listen()
    }
    return status
  }
}
