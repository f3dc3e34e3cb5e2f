// What `help`, `--help` and `completion bash` print, made from the commands themselves.
#pragma once

#include <boost/program_options.hpp>
#include <string>

#include "cli/command.h"

namespace musubi::cli {

// The options that every command takes.
boost::program_options::options_description CommonOptions();

// All options of one command.
boost::program_options::options_description OptionsOf(const Command& command);

std::string ProgramHelp(const Program& program);
std::string CommandHelp(const Program& program, const Command& command);

// A bash script that completes commands, options and file names. Source it, or save it where
// bash-completion looks.
std::string BashCompletion(const Program& program);

}  // namespace musubi::cli
