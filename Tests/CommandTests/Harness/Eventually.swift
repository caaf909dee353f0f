import Glibc

/// Looks again and again until something is so, for fifteen seconds at most.
func eventually(_ what: String, _ isSo: () throws -> Bool) throws {
  let end = time(nil) + 15
  while try !isSo() {
    guard time(nil) < end else { throw HarnessFault("never so: \(what)") }
    usleep(5_000)
  }
}
