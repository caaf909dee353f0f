import Promises
import Testing

@testable import envgate

/// A value however it is spelled, and what is none of its spellings.
@Suite struct MaskSpellingTests {
  @Test(
    .promise(.maskedValues),
    arguments: [
      // Shells: bash, dash, zsh, GNU.
      (#"foo'bar$baz-99"#, #"foo\'bar\$baz-99"#), (#"foo'bar$baz-99"#, #"foo'\''bar$baz-99"#),
      (#"foo'bar$baz-99"#, #"foo'"'"'bar$baz-99"#), ("foo\nbar baz", #"foo\nbar baz"#),
      ("foo\nbar baz", #"foo'$'\n''bar baz"#), ("päss wörd", #"p\303\244ss w\303\266rd"#),
      ("päss wörd", #"p\M-C\M-$ss w\M-C\M-6rd"#.replacing(#"\M"#, with: "M")),
      ("a b`c\"d", #"a\ b\`c\"d"#), ("back\\slash x", #"back\\slash\ x"#),
      // Languages: Python, node, Ruby, Perl.
      ("it's \"so\"\u{7f}", #"it\'s "so"\x7f"#), ("päss", #"p\xc3\xa4ss"#), ("päss", #"p\xe4ss"#),
      ("😀 end", #"\U0001f600 end"#), ("😀 end", #"\u{1F600} end"#), ("😀 end", #"\x{1f600} end"#),
      ("😀 end", #"\ud83d\ude00 end"#), ("\u{1b}[0m red", #"\e[0m red"#),
      ("one\ntwo-three", "one\\n' +\n  'two-three"), ("long one two", "long '\n 'one two"),
      ("\0nul\u{1}", #"\0nul\1"#), ("$var @list", #"\$var \@list"#),
      // XML and HTML.
      ("a<b>&\"c'd", "a&lt;b&gt;&amp;&quot;c&apos;d"),
      ("a<b>&\"c'd", "a&#60;b&#x3E;&#38;&#34;c&#039;d"),
      ("pässe", "p&auml;sse"), ("pässe", "p&#228;sse"), ("pässe", "p&#xE4;sse"),
      // SQL, CSV, templates.
      ("it's 5\" wide", "it''s 5\"\" wide"), ("100%-$x{y}z", "100%%-$$x{{y}}z"),
      // JSON within JSON of another writer; URLs within; a slash.
      (#"q"b\s"#, #"q\\\"b\\\\s"#), ("del\u{7f}x\"y", #"del\\u007fx\\\"y"#),
      ("a/b-ü-c", #"a\\\/b-\u00fc-c"#),
      ("😀 \"end\"", #"\\ud83d\\ude00 \\\"end\\\""#), ("a \"b\" c", "a%20%5C%22b%5C%22%20c"),
      ("a%b c", "a%2525b%2520c"),
      ("x<y>z", #"x\u0026lt;y\u0026gt;z"#),
      ("a&b<c", "a&amp;amp;b&amp;lt;c"),
      // cat -v, quoted-printable, Latin-1, old JavaScript.
      ("tab\tdel\u{7f}", "tab^Idel^?"), ("pä=ss", "p=C3=A4=3Dss"), ("pä ss", "p%u00E4%20ss"),
      // Base64 in other escapes.
      ("??>>??>>", #"Pz8\u002bPj8\/Pj"#), ("??>>??>>", "Pz8%2BPj8%2FPj"),
      ("a token of some length", #"YSB0b2tl\nbiBvZiBz\nb21lIGxl\nbmd0a"#),
    ])
  func `spelled: a value is hidden in every kind of escape`(value: String, form: String) throws {
    let out = try MaskFilterTests.masked([value], "<\(form)>")
    #expect(out.filter { !"\\\"'$".contains($0) } == "<***>", "\(out)")
    let automaton = try MaskFilterTests.automaton([value])
    let bytes = Array("<\(form)>".utf8)
    for split in 0...bytes.count {
      let cut = MaskFilterTests.masked(automaton, [Array(bytes[..<split]), Array(bytes[split...])])
      #expect(String(decoding: cut, as: UTF8.self) == out, "at \(split)")
    }
    #expect(
      String(decoding: MaskFilterTests.masked(automaton, bytes.map { [$0] }), as: UTF8.self) == out)
  }

  @Test(
    .promise(.maskedLittleElse),
    arguments: [
      ("foobar-99", "foo-bar-99"), ("foobar-99", "foo'bar-99"), ("foobar-99", #"foo\x62ar-99"#),
      ("foo-bar", "foo_bar"), ("foo bar", "foo  bar"), ("foo bar", "foobar"),
      ("a.b.c.d", "a,b,c,d"),
      ("1234", "12\n34"), ("p\u{e4}ss-word", "pass-word"), ("x'y'z'w", "xyzw"),
      ("aaa\\bbb", "aaabbb"),
      ("one\ntwo", "onentwo"), ("12.5.3", "12 5 3"),
    ])
  func `spelled: what is another value stays`(value: String, text: String) throws {
    #expect(try MaskFilterTests.masked([value], "<\(text)>") == "<\(text)>")
  }

  /// Ordinary output, beside values as they are in vaults.
  @Test(.promise(.maskedLittleElse))
  func `readable: nothing of a plain log is hidden`() throws {
    let values = [
      MaskPartTests.credentials, "p@$$w0rd\\\"'%&=", "päss wörd", #"C:\new\table"#, "a.b.c.d",
      "1.2.3",
      "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n-----END KEY-----\n",
      "DB_URL=postgres://app:f00d-cafe@db/x\nPORT=5432\n", "\u{0}\u{1}\u{2}\u{ff}binary\n\n",
      #"{"a":"=","b":"%","c":["\\","&&&&"],"d":{"e":"....","f":"    x"}}"#,
    ]
    let automaton = try MaskFilterTests.automaton(values)
    let log = #"""
      + set -x; export A='b' "c" $'d\n' && echo "100%" 'it'\''s' \\ \\\\ &amp; &lt;tag&gt; %20%2F=3D
      GET /a?b=c&d=e%20f HTTP/1.1 200 "Mozilla/5.0" - - [30/Nov/2026:10:00:00 +0000]
      {"level":"info","msg":"a \"quoted\" text","path":"C:\\Users\\x","n":1.25,"t":"10.0.0.1"}
      -----BEGIN CERTIFICATE-----
      MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ
      -----END CERTIFICATE-----
      ^[[0m M-C ^@ ====== ------ ...... '''''' """""" \\\\\\ %%%%%% &&&&&& $$$$$$
      1
      2
      3
      12
      34
      d e f a u l t
      """#
    for chunk in [1, 7, 4_096] {
      let out = MaskFilterTests.masked(automaton, [Array(log.utf8)], chunk: chunk)
      #expect(String(decoding: out, as: UTF8.self) == log)
    }
  }
}
