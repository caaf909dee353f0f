import CLinux

/// What the program was called with.
public enum StartArguments {
  /// The arguments, without the program's name. They come from main and not from `CommandLine`, which has none where
  /// /proc is missing: the daemon would be told to do something else than was written.
  public static var all: [String] {
    var count: Int32 = 0
    // Safety: the list has `count` strings, which live as long as the process.
    let list = unsafe envgate_arguments(&count)
    return (0..<Int(count)).dropFirst().compactMap { index in
      unsafe list?[index].map { unsafe String(cString: $0) }
    }
  }
}
