import SecretMemory

/// What a filter is to hide, and what of it may stay readable.
struct MaskValues {
  var all: [SecretBuffer]
  /// The names of members and fields whose values are no secrets (`clientId`).
  var except: [String] = []
}
