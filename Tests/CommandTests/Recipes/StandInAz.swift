/// A stand-in for the Azure CLI, as far as its secret goes.
///
/// It takes arguments as the real one does (azure-cli-core, `_expand_file_prefixed_files`: `@FILE` and `@-`
/// are read, newlines at the end dropped, also behind `--option=`), and keeps the client's secret in plain
/// text in service_principal_entries.json below `$AZURE_CONFIG_DIR`, else ~/.azure.
enum StandInAz {
  /// - Parameters:
  ///   - log: a file to which it writes each call's arguments as they came.
  ///   - password: the only one with which it signs in.
  static func script(log: String, password: String) -> String {
    """
    #!/bin/bash
    set -eu
    printf '%s\\n' "$*" >>'\(log)'
    folder=${AZURE_CONFIG_DIR:-$HOME/.azure}
    entries=$folder/service_principal_entries.json
    loaded() {
      case $1 in
        @-) value=$(cat) ;;
        @?*) value=$(cat "${1#@}") ;;
        *) value=$1 ;;
      esac
    }
    case "$1 ${2-}" in
      'login --service-principal')
        shift 2
        while (($#)); do
          case $1 in
            --password=*) loaded "${1#*=}"; password=$value; shift ;;
            --password|-p) loaded "$2"; password=$value; shift 2 ;;
            --username|-u) user=$2; shift 2 ;;
            --tenant|-t) tenant=$2; shift 2 ;;
            --output|-o) shift 2 ;;
            *) echo "az: unrecognized argument" >&2; exit 2 ;;
          esac
        done
        [[ $password == \(quoted(password)) ]] || { echo 'az: wrong secret' >&2; exit 1; }
        mkdir -p "$folder"
        printf '[{"client_id":"%s","tenant":"%s","client_secret":"%s"}]' "$user" "$tenant" "$password" \\
          >"$entries"
        # Long enough to be seen.
        sleep 0.05 ;;
      'account set') [[ -s $entries ]] ;;
      'group list')
        [[ -s $entries ]] || { echo "az: Please run 'az login'" >&2; exit 1; }
        sleep 0.05
        echo '[]' ;;
      *) echo 'az: not a command' >&2; exit 2 ;;
    esac
    """
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: #"'\''"#) + "'"
  }
}
