#include "cli/withdraw_command.h"

#include <string>

#include "cli/files.h"
#include "cli/identity.h"
#include "cli/open_store.h"
#include "cli/withdrawal_receipt.h"
#include "engine/withdraw/withdraw.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

Result<int> Withdraw(const Invocation& run) {
  const std::string& package = run.operands()[1];
  const std::string& receipt = run.Text("output");
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({receipt}));
  MUSUBI_RETURN_IF_ERROR(CheckDistinct({package, receipt, run.Text("key")}));
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto unit, LoadIdentity(run, "key", crypto::Role::kUnit));
  MUSUBI_ASSIGN_OR_RETURN(
      const auto outcome,
      engine::Withdraw(&store, {package, receipt, &unit, run.overwrite()}, run.context()));
  run.console().EndStages();
  Json json = JsonOf(outcome.receipt);
  json["is_new"] = outcome.is_new;
  json["receipt"] = receipt;
  std::string text = outcome.is_new ? "" : "carried out before; nothing was changed\n";
  text += TextOf(outcome.receipt) + receipt + "  for " + outcome.receipt.holder + " alone\n";
  if (outcome.is_new && outcome.receipt.erased > 0) text += "link again, for what is left\n";
  run.console().Print(json, text);
  return 0;
}

void WithdrawOptions(po::options_description* options) {
  auto add = options->add_options();
  add("key", po::value<std::string>()->value_name("KEY"), "the unit's private key");
  add("cert", po::value<std::string>()->value_name("CRT"),
      "its certificate; NAME.crt beside NAME.key unless given");
  AddPassphraseSource(options);
  add("output,o", po::value<std::string>()->value_name("FILE"),
      "the receipt, a sealed package for the holder that asks");
}

}  // namespace

Command WithdrawCommand() {
  return {"withdraw",
          "erase records, or leave persons out of releases, as their holder asks",
          "STORE PACKAGE",
          2,
          2,
          WithdrawOptions,
          {"key", "output"},
          Withdraw};
}

}  // namespace musubi::cli
