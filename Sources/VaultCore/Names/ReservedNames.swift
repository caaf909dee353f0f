/// The one table of environment variables that steer what a job runs, where it sends a credential, or
/// what it writes into a log.
///
/// No such table is complete. It stops accidents and the ways that are known; what holds without it is
/// that a new name in a protected environment is an admin's to make, and that a reviewer is shown the
/// names that nobody has approved yet.
///
/// Invariant: the table is asked where a name is made, and where a job maps a secret to a variable; never
/// for a stored name, so that a table that grows leaves every secret readable, rotatable and deletable.
public enum ReservedNames {
  /// How strictly a name is reserved.
  public enum Grade: String, Sendable, CaseIterable {
    /// Nobody makes it: it steers a loader, a shell, or envgate itself.
    case never
    /// An admin may allow it for one environment, in its gate.
    case allowable
  }

  /// Names that belong together, and what they do.
  struct Family {
    /// What such a variable steers, behind "steers".
    let steers: String
    /// Whole names.
    var names: [String] = []
    /// How names of the family begin.
    var beginnings: [String] = []
    /// How they end.
    var endings: [String] = []

    func contains(_ name: String) -> Bool {
      containsWhole(name) || beginnings.contains { name.hasPrefix($0) }
    }

    /// Whether it is a name of the family by itself, or by its ending.
    func containsWhole(_ name: String) -> Bool {
      names.contains(name) || endings.contains { name.hasSuffix($0) }
    }
  }

  /// A reserved name: how strictly, and why.
  public struct Reservation: Hashable, Sendable {
    /// How strictly.
    public let grade: Grade
    /// The variable that is reserved: the name itself, or what a form of delivery makes of it.
    public let variable: String
    /// What that variable steers.
    public let steers: String

    /// Makes one.
    public init(grade: Grade, variable: String, steers: String) {
      self.grade = grade
      self.variable = variable
      self.steers = steers
    }
  }

  /// The variable that holds a path where a secret is handed over as a file.
  public static func fileVariable(of name: String) -> String { name + "_FILE" }

  /// Why a secret or a variable of this name may not be made; nil where it may.
  ///
  /// Judged is the name itself, and what a form of delivery makes of it: a value named `COMPOSE` that is
  /// handed over as a file stands in `COMPOSE_FILE`.
  /// - Parameter name: in upper case.
  public static func reservation(of name: String) -> Reservation? {
    let file = fileVariable(of: name)
    if let reservation = never(name) ?? never(file) { return reservation }
    if isSpared(name) { return nil }
    if let family = allowable.first(where: { $0.contains(name) }) {
      return Reservation(grade: .allowable, variable: name, steers: family.steers)
    }
    // A family's bare beginning is no name of it: `GIT` makes `GIT_FILE`, which nothing reads.
    if let family = allowable.first(where: { $0.containsWhole(file) }) {
      return Reservation(grade: .allowable, variable: file, steers: family.steers)
    }
    return nil
  }

  /// Why a job may not map a secret to this variable; nil where it may. A job says its mapping itself, and
  /// its reviewers approve it; so only the grade that nobody may lift counts here.
  /// - Parameter variable: in any case; programs differ about which one they read.
  public static func never(_ variable: String) -> Reservation? {
    let name = variable.uppercased()
    guard let family = never.first(where: { $0.contains(name) }) else { return nil }
    return Reservation(grade: .never, variable: name, steers: family.steers)
  }

  /// Credentials whose names fall into a family, and inputs that only look like one.
  private static func isSpared(_ name: String) -> Bool {
    sparedBeginnings.contains { name.hasPrefix($0) }
      || spared.contains { name == $0 || name == fileVariable(of: $0) }
  }
}
