import VaultClient

/// A host that is watched: its name, where there are several, and how to reach its daemon.
struct WatchPlace: Sendable {
  let host: String?
  let connect: @Sendable () throws -> Connection
}
