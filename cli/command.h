// How a program's commands are declared, parsed and run.
#pragma once

#include <boost/program_options.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"
#include "core/contract.h"
#include "core/exec_context.h"
#include "core/result.h"
#include "storage/atomic_file.h"

namespace musubi::cli {

// One run of one command: its options, its operands and what it may use.
class Invocation {
 public:
  Invocation(boost::program_options::variables_map values, std::vector<std::string> operands,
             Console* console, ExecContext context)
      : values_(std::move(values)),
        operands_(std::move(operands)),
        console_(console),
        context_(context) {}

  const std::vector<std::string>& operands() const { return operands_; }
  Console& console() const { return *console_; }
  const ExecContext& context() const { return context_; }

  bool Has(const std::string& option) const { return values_.count(option) > 0; }
  bool Flag(const std::string& option) const { return values_[option].as<bool>(); }

  // Requires: Has(option).
  const std::string& Text(const std::string& option) const {
    return values_[option].as<std::string>();
  }
  std::vector<std::string> Texts(const std::string& option) const {
    return Has(option) ? values_[option].as<std::vector<std::string>>()
                       : std::vector<std::string>();
  }

  storage::Overwrite overwrite() const {
    return Flag("force") ? storage::Overwrite::kReplace : storage::Overwrite::kRefuse;
  }

 private:
  boost::program_options::variables_map values_;
  std::vector<std::string> operands_;
  Console* console_;
  ExecContext context_;
};

// A command such as "contract new". `run` returns the exit code: 0, or 1 where it was done but a
// gate failed or rows were rejected.
struct Command {
  std::string_view name;
  std::string_view summary;   // one line, no full stop
  std::string_view operands;  // as help shows them: "STORE FILE..."
  std::size_t min_operands = 0;
  std::size_t max_operands = 0;
  std::function<void(boost::program_options::options_description*)> options;
  std::vector<std::string_view> required;  // options that must be given
  std::function<Result<int>(const Invocation&)> run;
};

struct Program {
  std::string_view name;     // "musubi-unit"
  std::string_view summary;  // what it is and what it never sees
  std::vector<Command> commands;
};

// Parses `argv`, runs the command and returns the process's exit code.
int RunProgram(const Program& program, int argc, char** argv, RandomSource* random);

// Reads and validates a contract, at most 1 MiB.
//
// Errors: those of storage::ReadSmallFile and Contract::Parse, which name the file
Result<Contract> LoadContract(const std::filesystem::path& file);

// The value of an option that is a whole number.
//
// Requires: run.Has(option).
// Errors:   kUsage
Result<std::uint64_t> CountOf(const Invocation& run, const std::string& option);

// Writes a small text file, or to stdout where `file` is "-".
Status WriteTextFile(const std::filesystem::path& file, std::string_view text,
                     storage::Overwrite overwrite);

}  // namespace musubi::cli
