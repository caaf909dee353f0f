import CLinux
import Glibc

/// What this process was started with, and what it changes about itself before it holds a secret.
enum ProcessContext {
  /// Whether SIGPIPE was ignored by whoever started us, which a child must inherit unchanged.
  nonisolated(unsafe) private(set) static var inheritedIgnoredPipe = false

  /// Who started us.
  static let parent = getppid()

  /// Prepares the process. Called once, before anything else and before there is a second thread.
  static func prepare() {
    _ = parent
    // First, so that no crash report shows memory. Where the kernel refuses, nothing is held yet.
    guard envgate_default_crash_signals() == 0 else { _exit(ExitStatus.fault.rawValue) }
    // A closed 0, 1 or 2 would be taken by the socket, and a stray print would reach the daemon. What
    // stands there instead can be neither read nor printed to, and is closed again for a child.
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      let mode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY
      // Safety: the path is a literal.
      if unsafe open("/dev/null", mode | O_CLOEXEC) != descriptor {
        _exit(ExitStatus.fault.rawValue)
      }
    }
    let previous = signal(SIGPIPE, SIG_IGN)
    // Safety: a disposition is as wide as a word, and only compared.
    unsafe inheritedIgnoredPipe = unsafeBitCast(previous, to: Int.self) == 1
    // A crash must not write values to a core file. The limit on core files is left alone: a child
    // would inherit it. Where the kernel refuses, the values are still wiped after use.
    _ = envgate_set_undumpable()
  }

  /// The words of our own command line, byte for byte, each with its NUL; the program's name first. They come from
  /// main and not from `CommandLine`, which has none where /proc is missing.
  static let words: [[CChar]] = {
    var count: Int32 = 0
    // Safety: the list has `count` strings, which live as long as the process.
    let list = unsafe envgate_arguments(&count)
    return (0..<Int(count)).compactMap { index in
      guard let word = unsafe list?[index] else { return nil }
      return unsafe Array(UnsafeBufferPointer(start: word, count: strlen(word) + 1))
    }
  }()

  /// The arguments as text, without the program's name.
  static var arguments: [String] {
    words.dropFirst().map { word in
      String(decoding: word.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// The last arguments as C strings: `String` would repair what is not UTF-8, and a command would get
  /// another argument than was typed.
  static func lastArguments(_ count: Int) -> [[CChar]] { Array(words.suffix(count)) }

  /// A variable of our own environment; nil where it is not set or not UTF-8.
  static func variable(_ name: String) -> String? {
    // Safety: getenv lends a string of the environment, which nothing in this process changes.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(validatingCString: value)
  }
}
