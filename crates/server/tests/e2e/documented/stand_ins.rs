//! Programs that the desk has in the place of real ones.

/// The server runs already, and a second one would not end; every other command is the binary's.
pub(super) const ADAPTER_FORGE: &str =
    "#!/bin/sh\n[ \"$*\" = serve ] || exec \"$FORGE_DESK_BINARY\" \"$@\"\n";

/// What builds the project is what got us here: that what it names is there is all that is left to check.
pub(super) const CARGO: &str = r#"#!/bin/sh
[ "$1 $2 $3" = "install --locked --path" ] && [ -f "$FORGE_DESK_ROOT/$4/Cargo.toml" ] && exit
echo "the desk has no cargo $*" >&2
exit 1
"#;

/// An answer that is an error is a command that failed.
pub(super) const CURL: &str = "#!/bin/sh\nPATH=${PATH#*:} exec curl --fail-with-body \"$@\"\n";

/// Takes what Claude Code takes, and greets the server as it would.
pub(super) const CLAUDE: &str = r#"#!/bin/sh
set -eu
[ "$1 $2" = "mcp add" ]
shift 2
transport=stdio name='' url='' header='X-None: 1'
while [ $# -gt 0 ]; do
    case "$1" in
    --transport) transport=$2; shift 2 ;;
    --env) export "$2"; shift 2 ;;
    --header) header=$2; shift 2 ;;
    --) shift; break ;;
    -*) echo "claude mcp add has no $1" >&2; exit 1 ;;
    *) if [ -z "$name" ]; then name=$1; else url=$1; fi; shift ;;
    esac
done
[ -n "$name" ]
hello='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"desk","version":"1"}}}'
case "$transport" in
stdio) said=$(echo "$hello" | "$@") ;;
http) said=$(curl --silent "$url" --header "$header" --header 'Content-Type: application/json' \
    --header 'Accept: application/json, text/event-stream' --data "$hello") ;;
*) exit 1 ;;
esac
case "$said" in
*serverInfo*) ;;
*) echo "no MCP server answers: $said" >&2; exit 1 ;;
esac
"#;
