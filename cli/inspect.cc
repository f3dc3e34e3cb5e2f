#include "cli/inspect.h"

#include <cstdio>

#include "crypto/sha256.h"
#include "storage/encoding_file.h"

namespace musubi::cli {
namespace {

// A contract is JSON and starts with a brace; an encoding file is a tar archive.
bool LooksLikeJson(const std::filesystem::path& file) {
  std::FILE* input = std::fopen(file.c_str(), "rb");
  if (input == nullptr) return false;
  const int first = std::fgetc(input);
  std::fclose(input);
  return first == '{';
}

Result<int> Inspect(const Invocation& run) {
  const std::filesystem::path file = run.operands()[0];
  if (LooksLikeJson(file)) {
    MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(file));
    const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
    run.console().Print(
        {{"format", "musubi-contract"}, {"name", contract.name()}, {"fingerprint", fingerprint}},
        "contract '" + contract.name() + "'\nfingerprint  " + fingerprint + "\n");
    return 0;
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::string manifest, storage::ReadEncodingManifest(file));
  run.console().Print(Json::parse(manifest), manifest);
  return 0;
}

}  // namespace

Command InspectCommand() {
  Command command;
  command.name = "inspect";
  command.summary = "show what a contract or an encoding file says of itself";
  command.operands = "FILE";
  command.min_operands = command.max_operands = 1;
  command.run = Inspect;
  return command;
}

}  // namespace musubi::cli
