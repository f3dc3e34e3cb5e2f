#include "cli/command.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <thread>

#include "cli/help.h"

namespace musubi::cli {

namespace po = boost::program_options;

namespace {

std::atomic<bool> g_stop = false;  // set by a signal handler, which can see nothing else

extern "C" void AskToStop(int /*signal*/) { g_stop.store(true, std::memory_order_relaxed); }

class SystemClock : public Clock {
 public:
  std::int64_t UnixSeconds() override { return static_cast<std::int64_t>(std::time(nullptr)); }
};

void CatchSignals() {
  struct sigaction action = {};
  action.sa_handler = AskToStop;
  action.sa_flags = SA_RESETHAND;  // a second Ctrl-C ends the program at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A closed pipe or a file-size limit shows as an error of the write that met it.
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
  sigaction(SIGXFSZ, &action, nullptr);
}

// The command whose words `args` starts with; two words win over one.
const Command* FindCommand(const Program& program, const std::vector<std::string>& args,
                           std::size_t* words) {
  for (*words = std::min<std::size_t>(args.size(), 2); *words > 0; --*words) {
    const std::string name = *words == 2 ? args[0] + ' ' + args[1] : args[0];
    const auto found = std::ranges::find(program.commands, name, &Command::name);
    if (found != program.commands.end()) return &*found;
  }
  return nullptr;
}

struct ParsedLine {
  po::variables_map values;
  std::vector<std::string> operands;
};

// Parses strictly: no abbreviations, so that a new option never changes what an old line means.
Result<ParsedLine> ParseLine(const Command& command, const std::vector<std::string>& args) {
  po::options_description options = OptionsOf(command);
  options.add_options()("operand", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("operand", -1);
  ParsedLine line;
  try {
    const int style =
        po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(
        po::command_line_parser(args).options(options).positional(positional).style(style).run(),
        line.values);
  } catch (const po::unknown_option& error) {
    return Error{ErrorCode::kUsage, "unknown option " + error.get_option_name()};
  } catch (const po::error& error) {
    return Error{ErrorCode::kUsage, error.what()};
  }
  if (line.values.count("operand") > 0) {
    line.operands = line.values["operand"].as<std::vector<std::string>>();
  }
  return line;
}

Status CheckLine(const Command& command, const ParsedLine& line) {
  for (const std::string_view option : command.required) {
    if (line.values.count(std::string(option)) == 0) {
      return Error{ErrorCode::kUsage, "--" + std::string(option) + " is missing"};
    }
  }
  if (line.operands.size() < command.min_operands) {
    return Error{ErrorCode::kUsage, "an operand is missing: " + std::string(command.operands)};
  }
  if (line.operands.size() > command.max_operands) {
    return Error{ErrorCode::kUsage, "too many operands"};
  }
  return {};
}

Result<int> ThreadsOf(const po::variables_map& values) {
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  if (values.count("threads") == 0) return static_cast<int>(processors);
  const std::string& text = values["threads"].as<std::string>();
  int threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || end != text.data() + text.size() || threads < 1 || threads > 1024) {
    return Error{ErrorCode::kUsage, "--threads is a number from 1 to 1024"};
  }
  return threads;
}

Result<ConsoleOptions> ConsoleOptionsOf(const Program& program, const po::variables_map& values) {
  ConsoleOptions options{std::string(program.name), values["json"].as<bool>(),
                         values["quiet"].as<bool>(), values["verbose"].as<bool>(),
                         ProgressStyle::kNone};
  const std::string& progress = values["progress"].as<std::string>();
  if (progress == "json") {
    options.progress = ProgressStyle::kJson;
  } else if (progress == "auto") {
    const bool shown = isatty(STDERR_FILENO) != 0 && !options.quiet;
    options.progress = shown ? ProgressStyle::kTerminal : ProgressStyle::kNone;
  } else if (progress != "none") {
    return Error{ErrorCode::kUsage, "--progress is auto, json or none"};
  }
  return options;
}

int RunCommand(const Program& program, const Command& command, const std::vector<std::string>& args,
               RandomSource* random) {
  Console fallback({std::string(program.name), std::ranges::count(args, "--json") > 0});
  auto line = ParseLine(command, args);
  if (!line.ok()) return fallback.Fail(line.error());
  if (line.value().values["help"].as<bool>()) {
    std::printf("%s", CommandHelp(program, command).c_str());
    return 0;
  }
  if (const Status good = CheckLine(command, line.value()); !good.ok()) {
    return fallback.Fail({good.error().code, good.error().message + "; see " +
                                                 std::string(program.name) + " " +
                                                 std::string(command.name) + " --help"});
  }
  const auto options = ConsoleOptionsOf(program, line.value().values);
  if (!options.ok()) return fallback.Fail(options.error());
  const auto threads = ThreadsOf(line.value().values);
  if (!threads.ok()) return fallback.Fail(threads.error());

  Console console(options.value());
  SystemClock clock;
  const ExecContext context{threads.value(), random, &console, &g_stop, &clock};
  const Invocation invocation(std::move(line.value().values), std::move(line.value().operands),
                              &console, context);
  const Result<int> outcome = command.run(invocation);
  console.EndStages();
  if (!outcome.ok()) return console.Fail(outcome.error());
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return console.Fail({ErrorCode::kIo, "cannot write to standard output"});
  }
  return outcome.value();
}

// The commands that every program has.
std::vector<Command> SharedCommands(const Program& program) {
  Command version;
  version.name = "version";
  version.summary = "print the version";
  version.run = [name = program.name](const Invocation& run) -> Result<int> {
    run.console().Print(
        {{"program", name}, {"version", MUSUBI_VERSION}, {"contract_version", Contract::kVersion}},
        std::string(name) + " " MUSUBI_VERSION "\n");
    return 0;
  };
  Command completion;
  completion.name = "completion bash";
  completion.summary = "print a bash completion script";
  return {version, completion};
}

}  // namespace

int RunProgram(const Program& declared, int argc, char** argv, RandomSource* random) {
  CatchSignals();
  Program program = declared;
  for (Command& command : SharedCommands(declared)) program.commands.push_back(std::move(command));
  for (Command& command : program.commands) {
    if (command.name != "completion bash") continue;
    command.run = [&program](const Invocation& /*run*/) -> Result<int> {
      std::printf("%s", BashCompletion(program).c_str());
      return 0;
    };
  }

  std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    std::fprintf(args.empty() ? stderr : stdout, "%s", ProgramHelp(program).c_str());
    return args.empty() ? static_cast<int>(ErrorCode::kUsage) : 0;
  }
  std::size_t words = 0;
  const Command* command = FindCommand(program, args, &words);
  if (command == nullptr) {
    return Console({std::string(program.name), std::ranges::count(args, "--json") > 0})
        .Fail({ErrorCode::kUsage, "no such command; see " + std::string(program.name) + " --help"});
  }
  args.erase(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(words));
  try {
    return RunCommand(program, *command, args, random);
  } catch (const std::bad_alloc&) {
    return Console({std::string(program.name)}).Fail({ErrorCode::kIo, "out of memory"});
  } catch (const std::exception&) {
    // Nothing we call is left to throw, and what() might quote data.
    return Console({std::string(program.name)})
        .Fail({ErrorCode::kInternal, "an internal error; please report it"});
  }
}

Result<Contract> LoadContract(const std::filesystem::path& file) {
  constexpr std::size_t kMaxBytes = 1 << 20;
  MUSUBI_ASSIGN_OR_RETURN(const std::string text, storage::ReadSmallFile(file, kMaxBytes));
  auto contract = Contract::Parse(text);
  if (!contract.ok()) {
    return Error{contract.error().code, file.string() + ": " + contract.error().message};
  }
  return contract;
}

Result<std::uint64_t> CountOf(const Invocation& run, const std::string& option) {
  const std::string& text = run.Text(option);
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc() && end == text.data() + text.size()) return count;
  return Error{ErrorCode::kUsage, "--" + option + " is a whole number, without signs or commas"};
}

Status WriteTextFile(const std::filesystem::path& file, std::string_view text,
                     storage::Overwrite overwrite) {
  constexpr unsigned kPublicMode = 0644;
  if (file == "-") {
    std::printf("%.*s", static_cast<int>(text.size()), text.data());
    return {};
  }
  MUSUBI_ASSIGN_OR_RETURN(auto output, storage::AtomicFile::Create(file, overwrite, kPublicMode));
  MUSUBI_RETURN_IF_ERROR(output.Write(text));
  return output.Commit();
}

}  // namespace musubi::cli
