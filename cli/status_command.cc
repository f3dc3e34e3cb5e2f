#include "cli/status_command.h"

#include <filesystem>
#include <string>
#include <utility>

#include "cli/history_command.h"
#include "cli/import_command.h"
#include "cli/init_command.h"
#include "cli/link_command.h"
#include "cli/open_store.h"
#include "cli/project_commands.h"
#include "cli/trust_commands.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

using storage::LinkStore;

Result<std::uint64_t> OpenProposals(LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(auto proposals, store->Proposals());
  MUSUBI_ASSIGN_OR_RETURN(const auto decisions, store->Decisions());
  std::uint64_t open = 0;
  for (const auto& state : storage::StatesOf(std::move(proposals), decisions)) {
    open += state.settled ? 0 : 1;
  }
  return open;
}

// Tells how many withdrawals there are, where there are any.
Status ShowWithdrawals(LinkStore* store, Json* json, std::string* text) {
  MUSUBI_ASSIGN_OR_RETURN(const auto withdrawals, store->Withdrawals());
  std::uint64_t made = 0;
  std::uint64_t taken_back = 0;
  std::uint64_t erased = 0;
  for (const storage::Withdrawal& withdrawal : withdrawals) {
    const bool withdraws = withdrawal.request.action == storage::WithdrawalAction::kWithdraw;
    ++(withdraws ? made : taken_back);
    if (withdrawal.request.erases()) erased += withdrawal.records;
  }
  (*json)["withdrawals"] = {{"made", made}, {"taken_back", taken_back}, {"erased", erased}};
  if (made == 0) return {};
  *text += "\nwithdrawals\n  " + Grouped(made) + " made, " + Grouped(taken_back) + " taken back, " +
           Grouped(erased) + " records erased\n";
  return {};
}

Result<int> Show(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store.Datasets());
  MUSUBI_ASSIGN_OR_RETURN(const auto epochs, store.Epochs());
  MUSUBI_ASSIGN_OR_RETURN(const auto projects, store.Projects());
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(store.contract()));
  Json json = {{"contract", fingerprint},
               {"contract_name", store.contract().name()},
               {"datasets", Json::array()},
               {"epochs", Json::array()},
               {"projects", Json::array()},
               {"trusted", JsonOf(store.policy().trusted)},
               {"approvals", store.policy().approvals}};
  std::string text =
      "contract '" + store.contract().name() + "' " + fingerprint.substr(0, 16) + "\n";
  for (const auto& certificate : store.policy().trusted) {
    text += "trusts   " + std::string(NameOf(certificate.role())) + ' ' + certificate.name() +
            ", " + crypto::ToHex(certificate.fingerprint()).substr(0, 16) + "\n";
  }
  text += ApprovalsText(store.policy()) + "\ndata sets\n";
  for (const auto& dataset : datasets) {
    const auto& manifest = dataset.manifest;
    Json present = Json::object();
    text += "  " + Left(manifest.holder, 18) + Right(Grouped(manifest.records), 12) + " records" +
            (manifest.declares_duplicates ? ", may repeat persons" : "") + Planted(manifest) + "\n";
    for (std::size_t f = 0; f < dataset.present.size(); ++f) {
      const std::string& filter = store.contract().filters()[f].name;
      present[filter] = dataset.present[f];
      text += "    " + Left(filter, 20) + Right(Percent(dataset.present[f], manifest.records), 9) +
              " present\n";
    }
    json["datasets"].push_back({{"id", dataset.id},
                                {"holder", manifest.holder},
                                {"records", manifest.records},
                                {"declares_duplicates", manifest.declares_duplicates},
                                {"planted", manifest.planted},
                                {"present", present}});
  }
  text += "\nlink runs\n";
  for (const auto& epoch : epochs) {
    json["epochs"].push_back(JsonOf(epoch));
    text += "  epoch " + std::to_string(epoch.epoch) + "  ";
    if (epoch.kind == storage::EpochKind::kReview) {
      text += "a review: " + Grouped(epoch.moved) + " records came under another key\n";
      continue;
    }
    if (epoch.kind == storage::EpochKind::kWithdrawal) {
      text += "a withdrawal: see history\n";
      continue;
    }
    text += Grouped(epoch.new_records) + " new of " + Grouped(epoch.records) + " records, " +
            Grouped(epoch.keys_minted) + " keys minted, threshold " + epoch.threshold +
            (epoch.hold.empty() ? "\n" : ", on hold: see history\n");
  }
  const bool has_run = std::filesystem::exists(store.run_place().folder);
  json["unfinished_run"] = has_run;
  if (has_run) text += "  one did not end; the same link command goes on with it\n";
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t open, OpenProposals(&store));
  json["open_proposals"] = open;
  text += "\nreview\n  " + Grouped(open) + " open proposals: see review list\n";
  MUSUBI_RETURN_IF_ERROR(ShowWithdrawals(&store, &json, &text));
  text += "\nprojects\n";
  for (const auto& project : projects) {
    json["projects"].push_back(JsonOf(project, run.context()));
    text += "  " + LineOf(project, run.context());
  }
  run.console().Print(json, text);
  return 0;
}

}  // namespace

Command StatusCommand() {
  return {"status", "show what a store holds and what was done with it", "STORE", 1, 1, nullptr, {},
          Show};
}

}  // namespace musubi::cli
