import StrictJSON
import VaultClient

/// How the page looks, and what a browser may do with it.
enum ReportStyle {
  /// The whole of the page's style. It names no address, and no font that a host must have.
  static let sheet = """
    :root {
      color-scheme: light dark;
      --ground: #ffffff; --text: #1d2126; --quiet: #5b6570; --line: #d5dade; --wash: #f4f6f8;
      --mark: #9a5b00; --claim: #fdf6e8; --bad: #b3261e; --bar: #2f6f9f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #15181b; --text: #e4e7ea; --quiet: #9aa5af; --line: #343b42; --wash: #1d2226;
        --mark: #e0a44a; --claim: #262016; --bad: #f2867e; --bar: #6cb0de;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--ground);
      color: var(--text); font: 0.95rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
    }
    h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 0.4rem; }
    h2 {
      font-size: 1.15rem; margin: 2.6rem 0 0.6rem; padding-bottom: 0.25rem;
      border-bottom: 1px solid var(--line);
    }
    h3 { font-size: 1rem; margin: 1.6rem 0 0.4rem; }
    p, ul { margin: 0.4rem 0; }
    ul { padding-left: 1.3rem; }
    .quiet { color: var(--quiet); }
    .bad { color: var(--bad); }
    p.warning { border-left: 4px solid var(--bad); padding: 0.4rem 0.8rem; background: var(--wash); }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th, td {
      text-align: left; vertical-align: top; padding: 0.35rem 0.8rem 0.35rem 0;
      border-bottom: 1px solid var(--line);
    }
    th { font-weight: 600; color: var(--quiet); font-size: 0.85rem; }
    th, td.whole { white-space: nowrap; }
    td { min-width: 4rem; }
    td.number { text-align: right; }
    li.inner { margin-left: 1.3rem; }
    code, pre, dd { font-family: ui-monospace, monospace; font-size: 0.86rem; }
    pre { background: var(--wash); padding: 0.7rem 0.9rem; white-space: pre-wrap; margin: 0.5rem 0; }
    article { border: 1px solid var(--line); border-radius: 6px; margin: 0.9rem 0; overflow: hidden; }
    article h3 { margin: 0; padding: 0.5rem 0.9rem; background: var(--wash); }
    dl { display: grid; grid-template-columns: 7rem 1fr; margin: 0; padding: 0.5rem 0.9rem; }
    dt { color: var(--quiet); }
    dd { margin: 0; }
    .claims { background: var(--claim); border-left: 4px solid var(--mark); }
    .claims p { margin: 0; padding: 0.5rem 0.9rem 0; color: var(--mark); font-weight: 600; }
    svg { display: block; width: 100%; margin: 0.8rem 0; }
    svg text { fill: var(--quiet); font: 12px system-ui, sans-serif; }
    svg line { stroke: var(--line); }
    svg rect { fill: var(--bar); }
    svg .bad rect { fill: var(--bad); }
    @media (max-width: 40rem) {
      thead { display: none; }
      tr { display: block; border-bottom: 1px solid var(--line); padding: 0.4rem 0; }
      td { display: grid; grid-template-columns: 7rem 1fr; border: 0; padding: 0.1rem 0; }
      td.number { text-align: left; }
      td.whole { white-space: normal; }
      td::before { content: attr(data-label); color: var(--quiet); }
      dl { grid-template-columns: 5.5rem 1fr; }
    }
    @media print {
      :root {
        --ground: #fff; --text: #000; --quiet: #444; --line: #bbb; --wash: #fff; --mark: #000;
        --claim: #fff; --bad: #000; --bar: #333;
      }
      body { max-width: none; padding: 0; font-size: 9.5pt; }
      h2, h3 { break-after: avoid; }
      tr, dl, .claims, svg { break-inside: avoid; }
      thead { display: table-header-group; }
    }
    """

  /// What a browser may do with the page: draw it, with this one style.
  ///
  /// Text that got past the escaping could bring no style of its own either, since the style is named by its hash:
  /// with `unsafe-inline` it could hide a row or draw another. What `default-src` does not cover is named.
  static var policy: String {
    var hash = SHA256()
    hash.update(Array(sheet.utf8))
    return "default-src 'none'; style-src 'sha256-\(base64(hash.finish()))'; base-uri 'none'; "
      + "form-action 'none'"
  }

  /// The characters between the quotes of `{"base64":"…"}`.
  private static func base64(_ bytes: [UInt8]) -> String {
    var writer = JSONWriter(capacity: 128)
    writer.base64(bytes)
    // Safety: the writer lends its bytes for the call.
    let text = unsafe writer.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    return String(text.dropFirst(#"{"base64":""#.count).dropLast(2))
  }
}
