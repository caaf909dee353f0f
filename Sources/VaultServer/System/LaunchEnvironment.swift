import Glibc

/// What the service manager has put into the environment for this process and no other.
enum LaunchEnvironment {
  /// A variable's value. It is gone afterwards, so that whatever this process starts does not take it
  /// for its own.
  ///
  /// Called before another thread starts: the environment belongs to all of them.
  static func take(_ name: String) -> String? {
    // Safety: the string is copied before the environment changes.
    let value = unsafe getenv(name).map { unsafe String(cString: $0) }
    unsafe unsetenv(name)
    return value
  }
}
