#!/usr/bin/env bash
# The demo: plays games, dreams the same games, brings recorded experience in beside
# them, and asks about all of it, in a data directory of its own that is left for
# you to look at. `make demo` builds the binary and calls this.
#
# usage: examples/tour/demo.sh BINARY
set -Eeuo pipefail

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
  echo "usage: $0 BINARY   (an executable; \`make build\` makes bin/dreamlog)" >&2
  exit 2
fi
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
DREAMLOG_DATA=$(mktemp -d "${TMPDIR:-/tmp}/dreamlog-demo.XXXXXX")/dreamlog-data
export DREAMLOG_DATA
trap 'echo "the demo failed; its data directory is $DREAMLOG_DATA" >&2' ERR
cd "$root"
started=$SECONDS

chapter() { printf '\n== %s\n' "$*"; }

# quoted prints an argument as one would type it.
quoted() {
  case $1 in
    *\'*) printf ' "%s"' "$1" ;;
    *[!A-Za-z0-9_.=/-]*) printf " '%s'" "$1" ;;
    *) printf ' %s' "$1" ;;
  esac
}

# dreamlog shows a command and runs it.
dreamlog() {
  printf '\n$ dreamlog'
  for argument; do quoted "$argument"; done
  printf '\n'
  "$binary" "$@"
}

# ask shows a query of the tour with what it says of itself, and runs it.
ask() {
  printf '\n$ dreamlog sql < examples/tour/queries/%s\n' "$1"
  sed -n 's/^-- /  /p' "examples/tour/queries/$1"
  "$binary" sql < "examples/tour/queries/$1"
}

# value prints the one value of a query.
value() { "$binary" sql --format csv "$1" | tail -n 1; }

chapter "Agents play games of our own: every step an event, landed exactly once"
games=$(dirname "$DREAMLOG_DATA")/games
dreamlog games generate --split train --count 30 --seed 1 -o "$games"
dreamlog play --env textworld --games "$games" --agent random --attempts 4 --workers 8 --seed 1
dreamlog play --env textworld --games "$games" --agent searching --noise 0.7 --attempts 4 --workers 8 --seed 1
ask who-wins-games.sql

chapter "A game that was won, step by step (its end)"
won=$(value "SELECT episode_id FROM episodes WHERE environment = 'textworld' AND success ORDER BY length, episode_id LIMIT 1")
dreamlog show "$won" | tail -n 22

chapter "The same games in a dream: a model of what was played answers, no environment"
dreamlog model fit
dreamlog dream --agent random --attempts 4 --workers 8 --seed 1
dreamlog dream --agent searching --noise 0.7 --attempts 4 --workers 8 --seed 1
ask real-and-dreamt.sql

chapter "A step that was dreamt: why, and grounded in which recorded steps"
dreamt=$(value "SELECT episode_id FROM episodes WHERE origin = 'synthetic' AND success ORDER BY length, task_id, attempt LIMIT 1")
last=$(value "SELECT max(step) FROM transitions WHERE episode_id = '$dreamt'")
dreamlog show "$dreamt" --step "$last"

chapter "Recorded experience in beside it"
dreamlog import react examples/tour/data/household
dreamlog import messages examples/tour/data/support-desk
dreamlog import mapping examples/tour/data/warehouse/moves.csv --query examples/tour/warehouse.sql

chapter "What it tells"
ask who-wins.sql
ask worth-training.sql
ask wasted-steps.sql

chapter "One episode, step by step (its beginning)"
lost=$(value "SELECT episode_id FROM episodes WHERE policy_id = 'hasty-1b' AND NOT success AND task_id = 'warm-cup-desk-1' ORDER BY attempt LIMIT 1")
dreamlog show "$lost" | sed -n '1,32p'

chapter "A grader was wrong: corrected by later facts, history unchanged"
ask paid-twice.sql
before=$("$binary" status --json | sed -E 's/.*"snapshot":([0-9]+).*/\1/')
twice=$(value "SELECT episode_id FROM episodes WHERE policy_id = 'north-70b' AND task_id = 'refund-kettle' AND attempt = 2")
dreamlog annotate "$twice" tag '"paid twice"' --author you
printf '\n$ dreamlog sql --format jsonl < examples/tour/queries/take-back.sql | dreamlog produce\n'
"$binary" sql --format jsonl < examples/tour/queries/take-back.sql | "$binary" produce
graded="SELECT policy_id, count(*) AS attempts, count_if(success) AS won FROM episodes WHERE environment = 'support-desk' GROUP BY ALL ORDER BY ALL"
dreamlog sql "$graded"
printf '\nand as it was before, as of snapshot %s:\n' "$before"
dreamlog sql --at "$before" "$graded"

chapter "How it is kept"
dreamlog import react examples/tour/data/household
dreamlog status
dreamlog verify

printf '\nDone in %d s. The data directory is %s\n' $((SECONDS - started)) "$DREAMLOG_DATA"
printf 'Go on: export DREAMLOG_DATA=%s; %s sql\n' "$DREAMLOG_DATA" "$binary"
