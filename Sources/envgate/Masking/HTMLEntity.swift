/// The names that HTML has for characters: its four, and those of Latin-1 (HTML 4.01, 24.2), which PHP's
/// `htmlentities` and Perl's `HTML::Entities` write.
enum HTMLEntity {
  static func name(of value: UInt32) -> StaticString? {
    switch value {
    case 0x22: "quot"
    case 0x26: "amp"
    case 0x27: "apos"
    case 0x3C: "lt"
    case 0x3E: "gt"
    case 0xA0..<0x100: latin1[Int(value - 0xA0)]
    case 0x20AC: "euro"
    default: nil
    }
  }

  private static let latin1: [StaticString] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
    "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para",
    "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave",
    "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc",
    "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc",
    "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN",
    "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave",
    "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve",
    "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml",
    "yacute", "thorn", "yuml",
  ]
}
