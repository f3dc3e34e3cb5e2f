#include "cli/init_command.h"

#include <string>
#include <utility>

#include "cli/trust_commands.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;

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
  MUSUBI_ASSIGN_OR_RETURN(policy.trusted, LoadTrusted(run.Texts("trust"), {}));
  MUSUBI_RETURN_IF_ERROR(LinkStore::Create(folder, contract, policy, run.context()));
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  std::string text = "made store " + folder + " for contract " + fingerprint.substr(0, 16) + "\n";
  if (!policy.trusted.empty()) {
    text += "it takes sealed packages of its trusted certificates and nothing else: " +
            Grouped(policy.trusted.size()) + "\n";
  }
  run.console().Print(
      {{"store", folder}, {"contract", fingerprint}, {"trusted", JsonOf(policy.trusted)}}, text);
  return 0;
}

}  // namespace

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
            AddTrust(options);
          },
          {"contract"},
          Init};
}

}  // namespace musubi::cli
