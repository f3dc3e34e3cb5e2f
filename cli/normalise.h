// The `normalise` command: what the rules make of values that its user types or pipes in.
#pragma once

#include "cli/command.h"

namespace musubi::cli {

// Reads one value a line from standard input and prints its forms. The one command that shows
// values, because that is what it is asked for: for learning the rules and for checking them
// against vectors, not for files of people.
Command NormaliseCommand();

}  // namespace musubi::cli
