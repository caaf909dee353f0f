import Glibc

@testable import envgate

/// What real programs write of a value, program by form.
enum MaskMatrix {
  /// One way in which a program writes a value, which it finds in `$S` and at its standard input.
  struct Form {
    let name: String
    let arguments: [String]
    /// Whether the value's own letters do not stand in what is written.
    var isCoded = false
    /// What stands around the value at the standard input.
    var frame: (String, String) = ("", "")
    var locale = "C.UTF-8"
  }

  /// Letters that stand in no program's own words.
  static let words = ["Qx7zk", "W3vpx", "Zr9qh", "mJ5yb"]

  /// Quotes and dollars; blanks, backslashes and markup; what is not ASCII; controls and ends of lines.
  static let values = [
    "Qx7zk'W3vpx$Zr9qh\"mJ5yb", "Qx7zk W3vpx\\Zr9qh/<&>%`mJ5yb", "Qx7zkäW3vpx☂Zr9qh😀mJ5yb",
    "Qx7zk\tW3vpx\u{7f}Zr9qh\nmJ5yb",
  ]

  static func path(of program: String) -> String? {
    // The distribution's first.
    let own = getenv("PATH").map { String(cString: $0) } ?? ""
    let folders = ("/usr/bin:/bin:" + own).split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }

  /// Whether a form shows nothing of any value.
  static func hides(_ form: Form, of program: String) throws -> Bool {
    guard let path = path(of: program) else { throw HarnessFault("\(program) is not here") }
    for value in values {
      let done = try Programs.run(
        [path] + form.arguments,
        input: Array((form.frame.0 + escaped(value, form) + form.frame.1).utf8),
        environment: ["S": value, "LC_ALL": form.locale])
      guard done.code == 0 else { throw HarnessFault("\(program) \(form.name): \(done.stderr)") }
      let written = done.stdout + Array(done.stderr.utf8)
      let automaton = try MaskFilterTests.automaton([value])
      let out = String(decoding: MaskFilterTests.masked(automaton, [written]), as: UTF8.self)
      let left = out.count { $0.isLetter || $0.isNumber }
      let isShown =
        !out.contains("***") || words.contains(where: out.contains) || form.isCoded && left > 8
      if isShown { return false }
    }
    return true
  }

  private static func escaped(_ value: String, _ form: Form) -> String {
    if form.frame.0.isEmpty { return value }
    return value.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing("\"", with: "&quot;").replacing("\n", with: "&#10;").replacing("\t", with: "&#9;")
  }

  private static func shell(_ name: String, _ script: String, _ option: String = "-c") -> Form {
    Form(name: name, arguments: [option, script])
  }

  private static func lines(_ names: [(String, String)], _ make: (String) -> [String]) -> [Form] {
    names.map { Form(name: $0, arguments: make($1)) }
  }

  private static func coded(_ name: String, _ arguments: [String]) -> Form {
    Form(name: name, arguments: arguments, isCoded: true)
  }

  static let forms: [(program: String, forms: [Form])] = [
    (
      "bash",
      [
        shell("set", "set"), shell("set -x", "set -x; : \"$S\""), shell("export -p", "export -p"),
        shell("declare -p", "declare -p S"), shell("printf %q", "printf '%q\\n' \"$S\""),
        shell("${S@Q}", "echo \"${S@Q}\""),
        Form(name: "printf %q, LC_ALL=C", arguments: ["-c", "printf '%q\\n' \"$S\""], locale: "C"),
      ]
    ),
    (
      "dash",
      [
        shell("set", "set"), shell("set -x", "set -x; : \"$S\""), shell("export -p", "export -p"),
      ]
    ),
    (
      "zsh",
      [
        shell("set", "set", "-fc"), shell("set -x", "set -x; : \"$S\"", "-fc"),
        shell("typeset -p", "typeset -p S", "-fc"),
        shell("(q)", "print -r -- ${(q)S}", "-fc"), shell("(qq)", "print -r -- ${(qq)S}", "-fc"),
        shell("(qqq)", "print -r -- ${(qqq)S}", "-fc"),
        shell("(qqqq)", "print -r -- ${(qqqq)S}", "-fc"),
      ]
    ),
    (
      "python3",
      lines(
        [
          ("repr", "print(repr(s))"), ("ascii", "print(ascii(s))"),
          ("repr of bytes", "print(s.encode())"), ("os.environ", "print(os.environ)"),
          ("pprint", "import pprint; pprint.pprint({'k': s}, width=8)"),
          ("json", "print(json.dumps(s))"),
          ("json, ensure_ascii=False", "print(json.dumps(s, ensure_ascii=False))"),
          ("json in json", "print(json.dumps(json.dumps({'k': s}, ensure_ascii=False)))"),
          (
            "jq in json",
            "import subprocess; print(json.dumps(subprocess.check_output(['jq','-n','env.S|tojson'],text=True)))"
          ),
          ("shlex.quote", "import shlex; print(shlex.quote(s))"),
          ("html.escape", "import html; print(html.escape(s))"),
          ("quoteattr", "from xml.sax.saxutils import quoteattr; print(quoteattr(s))"),
          ("xmlcharrefreplace", "print(s.encode('ascii','xmlcharrefreplace').decode())"),
          ("quote", "from urllib.parse import quote; print(quote(s))"),
          ("quote twice", "from urllib.parse import quote; print(quote(quote(s)))"),
          ("csv", "import csv; csv.writer(sys.stdout).writerow([s, 1])"),
          ("quopri", "import quopri; print(quopri.encodestring(s.encode()).decode())"),
          ("reversed", "print(s[::-1])"),
        ]) { ["-c", "import os, sys, json; s = os.environ['S']; " + $0] } + [
          coded(
            "base64.encodebytes",
            [
              "-c",
              "import os, base64; print(base64.encodebytes(os.environb[b'S']).decode())",
            ]),
          coded("hex", ["-c", "import os; print(os.environb[b'S'].hex())"]),
        ]
    ),
    (
      "node",
      lines(
        [
          ("inspect", "console.log({s})"),
          ("inspect, narrow", "console.log(require('util').inspect({k: [s]}, {breakLength: 8}))"),
          ("JSON", "console.log(JSON.stringify(s))"),
          ("JSON in JSON", "console.log(JSON.stringify(JSON.stringify({s})))"),
          ("encodeURIComponent", "console.log(encodeURIComponent(s))"),
          ("escape", "console.log(escape(s))"),
          ("querystring", "console.log(require('querystring').stringify({s}))"),
        ]) { ["-e", "const s = process.env.S; " + $0] } + [
          coded("base64", ["-e", "console.log(Buffer.from(process.env.S).toString('base64'))"]),
          coded(
            "base64url", ["-e", "console.log(Buffer.from(process.env.S).toString('base64url'))"]),
        ]
    ),
    (
      "ruby",
      lines(
        [
          ("inspect", "p s"), ("dump", "puts s.dump"), ("inspect of ENV", "p ENV.to_h"),
          ("to_json", "require 'json'; puts s.to_json"),
          ("ascii_only json", "require 'json'; puts JSON.generate(s, ascii_only: true)"),
          ("Shellwords", "require 'shellwords'; puts s.shellescape"),
          ("CGI.escapeHTML", "require 'cgi'; puts CGI.escapeHTML(s)"),
          ("CGI.escape", "require 'cgi'; puts CGI.escape(s)"),
        ]) { ["-e", "s = ENV['S']; " + $0] }
        + [coded("Base64.encode64", ["-e", "puts [ENV['S']].pack('m')"])]
    ),
    (
      "perl",
      lines(
        [
          ("Data::Dumper", "print Dumper($s)"),
          ("Data::Dumper, Useqq", "$Data::Dumper::Useqq = 1; print Dumper($s)"),
          (
            "Data::Dumper of text",
            "use Encode; $Data::Dumper::Useqq = 1; print Dumper(decode_utf8($s))"
          ),
          ("quotemeta", "print quotemeta($s)"),
          ("JSON::PP", "use JSON::PP; print JSON::PP->new->allow_nonref->encode($s)"),
          (
            "JSON::PP, ascii",
            "use JSON::PP; use Encode; print JSON::PP->new->ascii->allow_nonref->encode(decode_utf8($s))"
          ),
        ]) { ["-MData::Dumper", "-e", "$s = $ENV{S}; " + $0] } + [
          coded("MIME::Base64", ["-MMIME::Base64", "-e", "print encode_base64($ENV{S})"]),
          coded("unpack H*", ["-e", "print unpack('H*', $ENV{S})"]),
        ]
    ),
    (
      "php",
      lines(
        [
          ("var_export", "var_export($s);"), ("var_dump", "var_dump($s);"),
          ("json_encode", "echo json_encode($s);"),
          (
            "json_encode, hex",
            "echo json_encode($s, JSON_HEX_TAG|JSON_HEX_AMP|JSON_HEX_APOS|JSON_HEX_QUOT);"
          ),
          ("addslashes", "echo addslashes($s);"),
          ("escapeshellarg", "setlocale(LC_ALL, 'C.UTF-8'); echo escapeshellarg($s);"),
          ("htmlentities", "echo htmlentities($s);"),
          ("htmlspecialchars", "echo htmlspecialchars($s);"),
          ("urlencode", "echo urlencode($s);"), ("rawurlencode", "echo rawurlencode($s);"),
        ]) { ["-n", "-r", "$s = getenv('S'); " + $0] }
        + [
          coded(
            "chunk_split(base64)",
            ["-n", "-r", "echo chunk_split(base64_encode(getenv('S')), 10);"])
        ]
    ),
    (
      "jq",
      lines(
        [
          ("env.S", "env.S"), ("tojson", "env.S|tojson|tojson"), ("@sh", "env.S|@sh"),
          ("@html", "env.S|@html"), ("@uri", "env.S|@uri"), ("@csv", "[env.S]|@csv"),
          ("@tsv", "[env.S]|@tsv"),
        ]) { ["-n", $0] }
        + [
          Form(name: "-a", arguments: ["-na", "env.S"]), coded("@base64", ["-n", "env.S|@base64"]),
        ]
    ),
    (
      "xmllint",
      [
        Form(name: "text", arguments: ["-"], frame: ("<a>", "</a>")),
        Form(name: "attribute", arguments: ["-"], frame: ("<a b=\"", "\"/>")),
        Form(
          name: "--encode US-ASCII", arguments: ["--encode", "US-ASCII", "-"],
          frame: ("<a>", "</a>")),
      ]
    ),
    (
      "sqlite3",
      lines(
        [
          ("quote", ".mode quote"), ("insert", ".mode insert"), ("csv", ".mode csv"),
          ("json", ".mode json"), ("tcl", ".mode tcl"),
        ]
      ) { [":memory:", "-cmd", $0, "select cast(readfile('/dev/stdin') as text) as s"] }
        + [coded("hex", [":memory:", "select hex(readfile('/dev/stdin'))"])]
    ),
    (
      "openssl",
      [coded("base64", ["base64"]), coded("base64 -A", ["base64", "-A"])]
    ),
    ("base64", [coded("-w 76", []), coded("-w 20", ["-w", "20"]), coded("-w 1", ["-w", "1"])]),
    ("basenc", [coded("--base64url", ["--base64url"]), coded("--base16", ["--base16"])]),
    ("cat", [Form(name: "-v", arguments: ["-v"]), Form(name: "-A", arguments: ["-A"])]),
    (
      "sed",
      [
        Form(name: "l", arguments: ["-n", "l"], locale: "C"),
        Form(name: "l 9", arguments: ["-n", "l 9"]),
      ]
    ),
    ("od", [coded("-c", ["-c"]), coded("-tx1", ["-tx1"])]),
    ("rev", [Form(name: "rev", arguments: [])]),
    ("gzip", [coded("-c", ["-c"])]),
  ]
}
