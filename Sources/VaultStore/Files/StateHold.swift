/// Keeps a state directory from every daemon, whatever is in it, until it is released.
public final class StateHold {
  private let directory: StateDirectory

  /// Checks who can reach the folder, and locks it.
  /// - Throws: ``StoreFault/inUse(path:)`` where a daemon runs on it.
  public init(_ path: String) throws(StoreFault) {
    directory = try StateDirectory(path, create: false)
  }

  /// Lets it go. Twice is once.
  public func release() { directory.release() }
}
