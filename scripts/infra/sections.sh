#!/usr/bin/env bash
# shellcheck disable=SC2034,SC2154 # the script that sources this uses $bad and makes $work
# Sections of a check: sourced by the files of scripts/check-infra.d that have some. ONLY="a b" runs these alone; with STRICT=1
# what is skipped is an error; with QUICK=1 only those of $quick run. The script makes $work, and ends with $bad.
bad=0
wanted() { [[ -z ${ONLY:-} || " $ONLY " == *" $1 "* ]]; }
later() { [[ ${QUICK:-0} == 1 && " ${quick:-} " != *" $1 "* ]]; }
skip() { # section, why
  wanted "$1" || return 0
  if [[ ${STRICT:-0} == 1 ]]; then echo "FAILED   $1: $2"; bad=1; else echo "skipped  $1: $2"; fi
}
# Asks for the command's success, which switches `set -e` off inside: a function of several steps says `|| return` itself.
section() { # name, command...
  local name=$1 began=$SECONDS; shift
  wanted "$name" || return 0
  if later "$name"; then skip "$name" "make check-infra runs it"; return 0; fi
  if "$@" >"$work/$name.log" 2>&1; then
    echo "ok       $name ($((SECONDS - began)) s)$(sed -n 's/^summary: /: /p' "$work/$name.log" | tail -n 1)"
  else
    echo "FAILED   $name ($((SECONDS - began)) s)"; sed 's/^/         /' "$work/$name.log" | tail -n "${LINES_SHOWN:-60}"; bad=1
  fi
}
