import StrictJSON
import VaultCore
import VaultProtocol

/// A line of an export of the audit record: the one form in which it is written, and in which it is read.
enum ExportLine {
  /// The text of a view, without a newline.
  static func text(_ view: some WireView) -> [UInt8] {
    var writer = JSONWriter()
    view.write(to: &writer)
    // Safety: what was written is copied during the call.
    return unsafe writer.withUnsafeBytes { unsafe Array($0) }
  }

  /// Reads a line; nil where it is none of the kind.
  static func read<View: WireView>(
    _ line: [UInt8], with reader: inout JSONReader, as view: View.Type = View.self
  ) -> View? {
    // Safety: the array lends its bytes for the call.
    try? unsafe line.withUnsafeBytes { try unsafe reader.read($0) { try View($0) } }
  }
}
