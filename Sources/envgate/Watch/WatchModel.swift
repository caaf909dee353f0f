import VaultProtocol

/// What `watch` knows and shows: the requests that wait, which one is marked, which one is open.
///
/// A value without a terminal or a daemon behind it: messages and keys go in, rows and wishes come out.
struct WatchModel: Hashable {
  /// What the loop shall do.
  enum Wish: Hashable {
    case open(WatchKey)
    case approve(WatchKey, digest: String, comment: String)
    case reject(WatchKey, digest: String, comment: String)
    case quit

    /// The request that it is about.
    var key: WatchKey? {
      switch self {
      case .open(let key), .approve(let key, _, _), .reject(let key, _, _): key
      case .quit: nil
      }
    }
  }

  private(set) var rows: [WatchRow] = []
  private(set) var marked: WatchKey?
  var open: OpenRequest?
  /// What became of the last thing that was done.
  var message: String?
  /// What was said of a host that gave no answer, for as long as it may still be on the screen.
  private var silences: [String: String] = [:]
  /// Hosts that do not answer, and why.
  private(set) var troubles: [String: String] = [:]
  /// Whether rows name their host.
  let namesHosts: Bool
  /// How many vaults are watched.
  private let hostCount: Int
  /// Whether what is shown has changed so that keys typed before were typed at something else.
  private(set) var mustForgetKeys = false

  init(namesHosts: Bool = false, hostCount: Int = 1) {
    self.namesHosts = namesHosts
    self.hostCount = hostCount
  }

  /// Whether no vault answers: then nothing is known of what waits now.
  var knowsNothing: Bool { troubles.count >= hostCount }

  /// Whether there is something to know of a request before it is opened.
  var hasNotes: Bool { rows.contains { $0.isApproved || $0.request.left != nil } }

  /// Whether any of the requests makes the same claims as another one.
  var hasTwins: Bool { rows.contains { $0.request.hasTwins } }

  var markedIndex: Int? { rows.firstIndex { $0.key == marked } }

  /// Asks once whether what was typed before must be forgotten.
  mutating func takeForgetting() -> Bool {
    defer { mustForgetKeys = false }
    return mustForgetKeys
  }

  // MARK: Messages

  /// Takes in what a host tells. Answers with the open request, where that must be looked at anew.
  mutating func take(_ message: FeedMessage, from host: String?) -> Wish? {
    switch message {
    case .listed(let entries, _):
      answers(host)
      let kept = rows.filter { $0.key.host != host }
      set(kept + entries.map { WatchRow(host: host, $0) })
      return open?.key.host == host ? open.map { .open($0.key) } : nil
    case .moved(let event, let entry):
      let key = WatchKey(host: host, id: event.request)
      var kept = rows.filter { $0.key != key }
      if let entry, entry.request.state == "waiting" {
        kept.append(WatchRow(host: host, entry))
      }
      set(kept)
      guard let open else { return nil }
      // One that says the same as the open request has come or gone, of which no event of that one's tells.
      let isLike =
        !open.hasShownTwins && open.key.host == host && entry?.request.isLike(open.request) == true
      return open.key == key || isLike ? .open(open.key) : nil
    case .lost(let fault): troubles[host ?? ""] = fault.sentence
    case .back: answers(host)
    }
    return nil
  }

  /// The host answers: what was said of its silence is over.
  private mutating func answers(_ host: String?) {
    troubles[host ?? ""] = nil
    guard let sentence = silences.removeValue(forKey: host ?? "") else { return }
    if message == sentence { message = nil }
    if open?.notice == sentence { open?.notice = nil }
  }

  /// Replaces the rows; the mark stays on its request, or goes where that stood.
  private mutating func set(_ new: [WatchRow]) {
    let place = markedIndex ?? 0
    rows = new.sorted { $0.precedes($1) }
    guard markedIndex == nil else { return }
    marked = rows.isEmpty ? nil : rows[min(place, rows.count - 1)].key
    // Another request stands where the marked one stood.
    if open == nil { mustForgetKeys = true }
  }

  /// The open request as it is by now, or its first look.
  mutating func show(_ text: ReviewText, for key: WatchKey) {
    guard var shown = open, shown.key == key else {
      open = OpenRequest(key: key, text: text)
      message = nil
      mustForgetKeys = true
      return
    }
    if shown.text == text { return }
    if shown.text.isSame(but: text), shown.hasShownTwins || !text.request.hasTwins {
      shown.updateTwins(text)
      open = shown
      return
    }
    let state = text.request.state
    shown.replace(
      text,
      notice: state == "waiting"
        ? shown.text.isSame(but: text)
          ? "another request now makes the same claims; read this one again"
          : "the request has changed; read it again"
        : PlainText.shown("the request is \(state); it needs no answer any more"))
    open = shown
    mustForgetKeys = true
  }

  /// Something was answered, or could not be: back to the list, or a notice on the open request.
  mutating func answered(_ sentence: String) {
    open = nil
    message = sentence
    mustForgetKeys = true
  }

  /// - Parameter silent: the host that gave no answer, where that is why; empty for one without a name.
  mutating func refused(_ sentence: String, silent: String? = nil) {
    mustForgetKeys = true
    if open == nil {
      message = sentence
    } else {
      open?.step = .reading
      open?.notice = sentence
    }
    if let silent { silences[silent] = sentence }
  }

  // MARK: The mark

  mutating func move(by count: Int) {
    guard !rows.isEmpty else { return }
    marked = rows[max(0, min(rows.count - 1, (markedIndex ?? 0) + count))].key
  }

  mutating func forgetKeys() { mustForgetKeys = true }
}
