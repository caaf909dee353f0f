/// Which file the store has open, for the connections beside it.
///
/// They follow the store and nothing else: it alone checks who can reach a folder and whose database it is.
final class StorePresence: Sendable {
  struct Moment: Hashable {
    /// How often the store was opened.
    var opening: Int
    /// The database; nil while the store looks for it.
    var file: FileIdentity?
  }

  private let moment = Guarded(Moment(opening: 0, file: nil))

  var current: Moment { moment.withLock { $0 } }

  /// The store has opened a file.
  func opened(_ file: FileIdentity) {
    moment.withLock { $0 = Moment(opening: $0.opening + 1, file: file) }
  }

  /// The store has let its file go.
  func lost() {
    moment.withLock { $0.file = nil }
  }
}
