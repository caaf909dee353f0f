/// The version of this build, of both ends.
///
/// It is written here only: the Makefile reads it for packages, and a test compares the pages with it.
public enum EnvgateVersion {
  /// As `--version` and `server.status` say it.
  public static let text = "0.1.0"
}
