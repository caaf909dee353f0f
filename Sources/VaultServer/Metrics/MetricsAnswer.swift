/// What the metrics socket answers, in the little of HTTP/1.1 that a scraper needs (RFC 9112).
struct MetricsAnswer {
  let bytes: [UInt8]

  /// Whether a request's head has come to its end: it has no body that anybody would wait for.
  static func isWhole(_ head: [UInt8]) -> Bool {
    head.suffix(4).elementsEqual("\r\n\r\n".utf8)
      || String(decoding: head, as: UTF8.self).contains("\r\n\r\n")
  }

  /// - Parameter metrics: the text, made only where it is asked for.
  init(to head: [UInt8], _ metrics: () -> String) {
    let line = head.prefix { $0 != 0x0D && $0 != 0x0A }
    let words = String(decoding: line, as: UTF8.self).split(
      separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, ["HTTP/1.1", "HTTP/1.0"].contains(words[2]), Self.isWhole(head) else {
      bytes = Self.refusal("400 Bad Request", "this socket answers GET /metrics")
      return
    }
    guard words[0] == "GET" else {
      bytes = Self.refusal("405 Method Not Allowed", "this socket answers GET", "Allow: GET\r\n")
      return
    }
    guard words[1] == "/metrics" else {
      bytes = Self.refusal("404 Not Found", "the only page of this socket is /metrics")
      return
    }
    bytes = Self.answer("200 OK", MetricsText.mediaType, metrics(), "")
  }

  private static func refusal(_ status: String, _ sentence: String, _ header: String = "")
    -> [UInt8]
  {
    answer(status, "text/plain; charset=utf-8", sentence + "\n", header)
  }

  private static func answer(
    _ status: String, _ type: String, _ body: String, _ header: String
  ) -> [UInt8] {
    Array(
      """
      HTTP/1.1 \(status)\r
      Content-Type: \(type)\r
      Content-Length: \(body.utf8.count)\r
      \(header)Connection: close\r
      \r
      \(body)
      """.utf8)
  }
}
