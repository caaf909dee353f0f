/// Which columns of a table a terminal has room for, and how wide each is there.
///
/// Invariants: where all fits, all is shown whole. Else what takes the rest is cut to it or goes, and the spare columns
/// go, from the right; then texts are
/// cut, and after them names, as long as they still tell something; then more columns go, from the right.
/// The keys, or the first two columns where none is one, never go: they are cut to the last. A number or a
/// state is never cut: what is typed next, and what is decided by, is shown whole or not at all.
struct TableLayout {
  private(set) var shown: [Int]
  /// Of every column, whether shown or not.
  private(set) var widths: [Int]

  static let gap = 2
  /// Below these a beginning says too little to stand in for the whole.
  private static let leastText = 7
  private static let leastName = 10
  private static let leastKeys = 2
  private static let leastRest = 16

  private let columns: [Table.Column]

  /// - Parameters:
  ///   - widths: what each column needs.
  ///   - screen: the columns of the terminal; nil cuts nothing.
  ///   - mark: how wide the mark of what is cut is.
  init(_ columns: [Table.Column], widths: [Int], screen: Int?, mark: Int) {
    self.columns = columns
    self.widths = widths
    shown = columns.indices.filter { ![.implied, .never].contains(columns[$0].place) }
    guard let screen else { return }
    let marked = shown.filter { columns[$0].place == .key }
    let keys = marked.isEmpty ? Array(shown.prefix(Self.leastKeys)) : marked
    for index in shown where columns[index].place == .rest && excess(over: screen) > 0 {
      let room = widths[index] - excess(over: screen)
      if room >= min(widths[index], Self.leastRest) {
        self.widths[index] = room
      } else {
        shown.removeAll { $0 == index }
      }
    }
    while excess(over: screen) > 0, drop(where: { columns[$0].place == .spare }) {}
    let least = columns.indices.map { index in
      switch columns[index].cut {
      case .first: min(widths[index], max(columns[index].least, Self.leastText))
      case .last: min(widths[index], Self.leastName)
      case .never: widths[index]
      }
    }
    while shown.reduce(-Self.gap, { $0 + least[$1] + Self.gap }) > screen,
      drop(where: { !keys.contains($0) })
    {}
    for least in [least, columns.map { _ in mark }] {
      for cut in [Table.Column.Cut.first, .last] { narrow(to: screen, cut, least) }
    }
  }

  private func excess(over screen: Int) -> Int {
    shown.reduce(-Self.gap) { $0 + widths[$1] + Self.gap } - screen
  }

  /// Takes the rightmost of some columns away; false where there is none.
  private mutating func drop(where isMeant: (Int) -> Bool) -> Bool {
    guard let last = shown.lastIndex(where: isMeant) else { return false }
    shown.remove(at: last)
    return true
  }

  /// Takes from the widest column that may be cut now, until all fit or nothing is left to take.
  private mutating func narrow(to screen: Int, _ cut: Table.Column.Cut, _ least: [Int]) {
    var excess = excess(over: screen)
    while excess > 0 {
      let open = shown.filter { columns[$0].cut == cut && widths[$0] > least[$0] }
      // Of two as wide the later one, which matters less.
      guard let widest = open.max(by: { (widths[$0], $0) < (widths[$1], $1) }) else { return }
      let second = open.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
      let taken = min(excess, max(1, widths[widest] - max(second, least[widest])))
      widths[widest] -= taken
      excess -= taken
    }
  }
}
