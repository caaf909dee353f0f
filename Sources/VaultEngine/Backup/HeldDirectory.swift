import VaultStore

/// Keeps a state directory from every daemon, whatever is in it, until it is released.
public final class HeldDirectory {
  private let hold: StateHold

  /// Checks who can reach the folder, and locks it.
  public init(_ path: String) throws(EngineFault) {
    do throws(StoreFault) { hold = try StateHold(path) } catch { throw EngineFault(error) }
  }

  /// Lets it go. Twice is once.
  public func release() { hold.release() }
}
