# Read by bash before each shell script of peers/ (BASH_ENV).

# Whether its input matches, read to its end: with `grep -q` what writes into the pipe may end with an error.
has() { grep "$@" >/dev/null; }
