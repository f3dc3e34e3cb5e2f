#include "cli/help.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace musubi::cli {

namespace po = boost::program_options;

namespace {

std::string OptionWords(const Command& command) {
  std::string words;
  const po::options_description options = OptionsOf(command);
  for (const auto& option : options.options()) {
    words += (words.empty() ? "--" : " --") + option->long_name();
  }
  return words;
}

}  // namespace

po::options_description CommonOptions() {
  po::options_description options("Options of every command");
  auto add = options.add_options();
  add("help,h", po::bool_switch(), "show this help");
  add("json", po::bool_switch(), "print results and errors as JSON, a line each");
  add("quiet,q", po::bool_switch(), "print no result text and no warnings");
  add("verbose,v", po::bool_switch(), "log what is done, and how long it takes, to stderr");
  add("threads,j", po::value<std::string>()->value_name("N"),
      "worker threads (default: one for each processor)");
  add("progress", po::value<std::string>()->value_name("auto|json|none")->default_value("auto"),
      "progress on stderr; auto shows it on a terminal");
  add("force", po::bool_switch(), "replace existing output files");
  return options;
}

po::options_description OptionsOf(const Command& command) {
  po::options_description own("Options");
  if (command.options) command.options(&own);
  po::options_description all;
  if (!own.options().empty()) all.add(own);
  return all.add(CommonOptions());
}

std::string ProgramHelp(const Program& program) {
  std::size_t width = 0;
  const auto usage = [](const Command& c) {
    return std::string(c.name) + (c.operands.empty() ? "" : " " + std::string(c.operands));
  };
  for (const Command& command : program.commands) width = std::max(width, usage(command).size());
  std::string text =
      std::string(program.name) + ": " + std::string(program.summary) + "\n\nCommands:\n";
  for (const Command& command : program.commands) {
    text += "  " + Left(usage(command), width + 2) + std::string(command.summary) + "\n";
  }
  return text + "\n" + std::string(program.name) + " COMMAND --help shows a command's options.\n";
}

std::string CommandHelp(const Program& program, const Command& command) {
  std::ostringstream text;
  text << program.name << ' ' << command.name;
  if (!command.operands.empty()) text << ' ' << command.operands;
  for (const std::string_view option : command.required) text << " --" << option << " ...";
  text << " [options]\n\n" << command.summary << ".\n\n" << OptionsOf(command);
  return text.str();
}

std::string BashCompletion(const Program& program) {
  std::string function = "_" + std::string(program.name);
  std::ranges::replace(function, '-', '_');
  std::map<std::string, std::set<std::string>> words;  // after the words typed so far
  std::string options;
  for (const Command& command : program.commands) {
    const std::string name(command.name);
    const std::size_t blank = name.find(' ');
    words[""].insert(name.substr(0, blank));
    if (blank != std::string::npos) words[name.substr(0, blank)].insert(name.substr(blank + 1));
    options += "    '" + name + "' | '" + name + " '*) words='" + OptionWords(command) + "' ;;\n";
  }
  std::string groups;
  for (const auto& [typed, next] : words) {
    groups += "    '" + typed + "') words='";
    for (const std::string& word : next) groups += word + ' ';
    groups += "' ;;\n";
  }
  return function +
         "() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" words=''\n"
         "  case \"${COMP_WORDS[*]:1:COMP_CWORD-1}\" in\n" +
         groups + options +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F " +
         function + ' ' + std::string(program.name) + "\n";
}

}  // namespace musubi::cli
