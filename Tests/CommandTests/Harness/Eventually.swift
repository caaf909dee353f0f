import Glibc

/// Looks again and again until something is so, for fifteen seconds at most.
func eventually(_ what: String, _ isSo: () throws -> Bool) throws {
  let end = time(nil) + 15
  while try !isSo() {
    guard time(nil) < end else { throw HarnessFault("never so: \(what)") }
    usleep(5_000)
  }
}

/// Waits for what another process does by itself, a few seconds at most.
func eventually(_ isSo: () -> Bool) -> Bool {
  for _ in 0..<250 {
    if isSo() { return true }
    usleep(20_000)
  }
  return isSo()
}
