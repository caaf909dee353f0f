import VaultCore

/// What a CI system's variables say about its job. All of it is claimed, none proven.
///
/// A claim of the environment fails no job: what a person could not have typed is shown by its number, and what
/// is too long is cut.
enum CIContext {
  /// The parts that the variables of a known CI system give; the first system that is there speaks alone.
  static func context(_ variable: @escaping (String) -> String?) -> RequestContext {
    func value(_ name: String) -> String? {
      variable(name).flatMap { $0.isEmpty ? nil : $0 }
    }
    func first(_ names: [String]) -> String? { names.lazy.compactMap(value).first }

    guard let system = CISystem.all.first(where: { first($0.signs) != nil }) else {
      return RequestContext(commit: value("GIT_COMMIT").map(ClaimedText.shown))
    }
    let parts = system.reason.compactMap { part in first(part.names).map { "\(part.word) \($0)" } }
    let page = system.pages.lazy.compactMap { filled($0, value) }.first
    return RequestContext(
      reason: parts.isEmpty ? nil : ClaimedText.shown(parts.joined(separator: ", ")),
      ref: first(system.ref).map(ClaimedText.shown),
      commit: first(system.commit).map(ClaimedText.shown),
      runURL: page.map(ClaimedText.shown))
  }

  /// A page with its names replaced, blanks as `%20`; nil where one of them is not set.
  private static func filled(_ page: String, _ value: (String) -> String?) -> String? {
    var text = ""
    for (index, piece) in page.split(separator: "${", omittingEmptySubsequences: false).enumerated()
    {
      guard index > 0, let end = piece.firstIndex(of: "}") else {
        text += piece
        continue
      }
      guard let said = value(String(piece[..<end])) else { return nil }
      text += said.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "%20")
      text += piece[piece.index(after: end)...]
    }
    return text
  }
}
