import VaultProtocol

/// Which request of which host: numbers are a host's own.
struct WatchKey: Hashable {
  let host: String?
  let id: Int64

  /// As it is said, and as `approve` takes it: `42`, `build1:42`.
  var text: String { RequestView.text("\(id)", of: host) }
}

/// A request that waits, as a row of the list.
struct WatchRow: Hashable {
  let key: WatchKey
  let request: RequestView
  /// Whether the caller reviews its environment; whether that approval would count is for the vault to say.
  let isYours: Bool
  /// Whether the caller has approved it, and it waits for others.
  let isApproved: Bool

  init(host: String? = nil, _ entry: FeedMessage.Entry) {
    key = WatchKey(host: host, id: entry.request.id)
    request = entry.request
    isYours = entry.isYours
    isApproved = entry.isApproved
  }

  /// What the caller should know before they open it: that an answer is not asked of them any more, or by nobody.
  func note(now: Int64) -> String? {
    isApproved
      ? "approved by you" : request.left.map { "nobody waits (\($0.age(now: now)))" }
  }

  /// What the caller may answer comes first, what they have approved last, and what waits longest before the rest.
  func precedes(_ other: WatchRow) -> Bool {
    if isApproved != other.isApproved { return other.isApproved }
    if isYours != other.isYours { return isYours }
    if request.created != other.request.created { return request.created < other.request.created }
    return (key.host ?? "", key.id) < (other.key.host ?? "", other.key.id)
  }
}
