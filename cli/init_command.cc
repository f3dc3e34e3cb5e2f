#include "cli/init_command.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "cli/identity.h"
#include "cli/open_store.h"
#include "cli/trust_commands.h"
#include "crypto/store_key.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;

// Makes the key and the store, or neither. Returns the key's file.
Result<std::filesystem::path> MakeStore(const Invocation& run, const Contract& contract,
                                        const storage::StorePolicy& policy) {
  const std::filesystem::path folder = run.operands()[0];
  std::error_code ignored;
  if (std::filesystem::exists(folder, ignored)) {
    return Error{ErrorCode::kExists, folder.string() + " exists; choose a new folder"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::filesystem::path file, StoreKeyFile(run, folder));
  if (std::filesystem::exists(file, ignored)) {
    return Error{ErrorCode::kExists, file.string() +
                                         " exists, and a key is never replaced; choose another "
                                         "name with --store-key"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto words, NewPassphrase(run, file, kStorePassphrase));
  MUSUBI_ASSIGN_OR_RETURN(const auto key, crypto::StoreKey::Generate(*run.context().random));
  MUSUBI_RETURN_IF_ERROR(key.Save(file, words ? &*words : nullptr, *run.context().random));
  const Status made = LinkStore::Create(folder, key, contract, policy, run.context());
  if (made.ok()) return file;
  std::filesystem::remove(file, ignored);  // it opens nothing
  return made.error();
}

Result<int> Init(const Invocation& run) {
  const std::string& folder = run.operands()[0];
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  storage::StorePolicy policy;
  if (run.Has("decisions")) {
    const std::string& decisions = run.Text("decisions");
    if (decisions != "1" && decisions != "2") {
      return Error{ErrorCode::kUsage, "--decisions is 1 or 2"};
    }
    policy.decisions = decisions == "2" ? 2 : 1;
  }
  if (run.Has("approvals")) {
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t approvals, CountOf(run, "approvals"));
    if (approvals > 2) return Error{ErrorCode::kUsage, "--approvals is 0, 1 or 2"};
    policy.approvals = static_cast<std::uint8_t>(approvals);
  }
  MUSUBI_ASSIGN_OR_RETURN(policy.trusted, LoadTrusted(run.Texts("trust"), {}));
  MUSUBI_ASSIGN_OR_RETURN(const std::filesystem::path key_file, MakeStore(run, contract, policy));
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  std::string text = "made store " + folder + " for contract " + fingerprint.substr(0, 16) + "\n" +
                     key_file.string() +
                     "  is its key: keep a copy apart from the store, for without it no one can "
                     "open the store\n";
  if (run.Flag("no-passphrase")) {
    text += "the key has no passphrase: whoever can read it and the store can read all of it\n";
  }
  const std::size_t holders = storage::OfRole(policy.trusted, crypto::Role::kHolder).size();
  if (holders > 0) {
    text +=
        "it takes sealed packages of its trusted holders and nothing else: " + Grouped(holders) +
        "\n";
  }
  text += ApprovalsText(policy);
  run.console().Print({{"store", folder},
                       {"contract", fingerprint},
                       {"approvals", policy.approvals},
                       {"key", key_file.string()},
                       {"encrypted", !run.Flag("no-passphrase")},
                       {"trusted", JsonOf(policy.trusted)}},
                      text);
  return 0;
}

}  // namespace

std::string ApprovalsText(const storage::StorePolicy& policy) {
  if (policy.approvals == 0) {
    return "its projects need NO approval: use it only for data that no person stands behind\n";
  }
  return policy.approvals == 1 ? "its projects need the approval of a review body\n"
                               : "its projects need the approvals of two review bodies\n";
}

Command InitCommand() {
  return {"init",
          "make an empty store for one contract",
          "STORE",
          1,
          1,
          [](po::options_description* options) {
            auto add = options->add_options();
            add("contract", po::value<std::string>()->value_name("FILE"),
                "the contract that all holders share");
            add("decisions", po::value<std::string>()->value_name("1|2"),
                "how many reviewers must agree before keys change (default: 1)");
            add("approvals", po::value<std::string>()->value_name("0|1|2"),
                "how many review bodies must approve a project (default: 1); 0 only for data that "
                "no person stands behind");
            add("no-passphrase", po::bool_switch(),
                "make the store's key without a passphrase: whoever can read its file can use it");
            AddTrust(options);
          },
          {"contract"},
          Init};
}

}  // namespace musubi::cli
