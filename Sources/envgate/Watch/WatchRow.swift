import VaultProtocol

/// Which request of which host: numbers are a host's own.
struct WatchKey: Hashable {
  let host: String?
  let id: Int64

  /// As it is said, and as `approve` takes it: `42`, `build1:42`.
  var text: String { (host.map { "\($0):" } ?? "") + "\(id)" }
}

/// A request that waits, as a row of the list.
struct WatchRow: Hashable {
  let key: WatchKey
  let request: RequestView
  /// Whether the caller reviews its environment; whether that approval would count is for the vault to say.
  let isYours: Bool

  init(host: String? = nil, _ request: RequestView, isYours: Bool) {
    key = WatchKey(host: host, id: request.id)
    self.request = request
    self.isYours = isYours
  }

  /// What the caller may answer comes first, and what waits longest before the rest.
  func precedes(_ other: WatchRow) -> Bool {
    if isYours != other.isYours { return isYours }
    if request.created != other.request.created { return request.created < other.request.created }
    return (key.host ?? "", key.id) < (other.key.host ?? "", other.key.id)
  }
}
