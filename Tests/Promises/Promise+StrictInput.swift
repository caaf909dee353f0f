extension Promise {
  /// - Attack: Somebody sends malformed JSON, duplicate keys or 100,000 brackets.
  /// - Promise: It is refused at a byte offset, and the connection goes on.
  package static let malformedJSON = Promise(.strictInput)

  /// - Attack: Bytes are not UTF-8, in keys or values, wherever they lie.
  /// - Promise: They are refused at their byte.
  package static let invalidUTF8 = Promise(.strictInput)

  /// - Attack: A line does not end.
  /// - Promise: It is refused before it is parsed.
  package static let endlessLine = Promise(.strictInput)

  /// - Attack: Two names look alike.
  /// - Promise: Names are ASCII and compared as bytes.
  package static let namesAreASCII = Promise(.strictInput)

  /// - Attack: A fault in the configuration stops the daemon, or changes half of it.
  /// - Promise: A reload takes over the whole configuration or nothing. The last good one stays in
  ///   force.
  package static let configurationIsWhole = Promise(.strictInput)
}
