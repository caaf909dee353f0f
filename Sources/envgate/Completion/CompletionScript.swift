/// The script that ArgumentParser makes for a shell, and what it lacks.
///
/// - It knows a command by its name alone: here the aliases of the root's commands are led to it.
/// - bash takes words apart at `=` and `:` (`COMP_WORDBREAKS`), as `--socket=PATH` and `user:NAME`, and puts
///   a blank behind what it completes, also where a name follows a principal's colon.
/// - fish up to version 3 tells the place of the cursor only where somebody types; nothing here asks for it.
enum CompletionScript {
  /// - Parameter aliases: by each alias the name of its command.
  static func completed(_ script: String, aliases: [String: String]) -> String {
    var script = script
    for (alias, name) in aliases.sorted(by: { $0.key < $1.key }) {
      for (place, addition) in rewrites(alias, name) {
        // The first is the root's; those of its commands follow.
        guard let range = script.firstRange(of: place) else { continue }
        script.replaceSubrange(range, with: addition)
      }
    }
    return script.replacing(
      "complete -o filenames -F _envgate envgate", with: bashWords
    ).replacing("(__envgate_tokens -tC)", with: "0")
  }

  private static func rewrites(_ alias: String, _ name: String) -> [(String, String)] {
    [
      (  // bash
        "    local -r subcommand=\"${unparsed_words[0]}\"\n",
        "    local subcommand=\"${unparsed_words[0]}\"\n"
          + "    [[ \"${subcommand}\" == \(alias) ]] && subcommand=\(name)\n"
      ),
      (  // zsh
        "    arg)\n        case \"${words[1]}\" in\n",
        "    arg)\n        [[ \"${words[1]}\" == \(alias) ]] && words[1]=\(name)\n"
          + "        case \"${words[1]}\" in\n"
      ),
      (  // fish
        "    set -l unparsed_tokens (__envgate_tokens -pc)\n",
        "    set -l unparsed_tokens (__envgate_tokens -pc)\n"
          + "    test \"$unparsed_tokens[2]\" = \(alias); and set unparsed_tokens[2] \(name)\n"
      ),
    ]
  }

  private static let bashWords = #"""
    _envgate_whole_words() {
        local -a whole=()
        local -i index current="${COMP_CWORD}" last=-1
        local word joins=
        for index in "${!COMP_WORDS[@]}"; do
            word="${COMP_WORDS[index]}"
            if [[ "${word}" == = && "${last}" -ge 0 && "${whole[last]}" == --* ]]; then
                # What follows is the option's value; at the cursor it is still empty.
                if [[ "${index}" -ne "${COMP_CWORD}" ]]; then
                    ((current--))
                    continue
                fi
                word=
            elif [[ "${last}" -ge 0 && ("${word}" == : || -n "${joins}")
                && "${COMP_LINE}" == *"${whole[last]}${word}"* ]]; then
                whole[last]+="${word}"
                [[ "${index}" -le "${COMP_CWORD}" ]] && ((current--))
                [[ "${word}" == : ]] && joins=1 || joins=
                continue
            fi
            joins=
            whole+=("${word}")
            ((last++))
        done
        local -a COMP_WORDS=("${whole[@]}")
        local -i COMP_CWORD="${current}"
        _envgate "${1}" "${whole[current]}" "${whole[current - 1]}"
        [[ "${#COMPREPLY[@]}" -gt 0 && "${COMPREPLY[0]}" == *: ]] && compopt -o nospace
        return 0
    }
    complete -o filenames -F _envgate_whole_words envgate
    """#
}
