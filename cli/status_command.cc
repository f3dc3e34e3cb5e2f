#include "cli/status_command.h"

#include <filesystem>
#include <string>
#include <utility>

#include "cli/clearance_text.h"
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

// What a store holds and what was done with it, section by section, as text and as JSON.
class StoreStatus {
 public:
  StoreStatus(LinkStore* store, const ExecContext& context) : store_(*store), context_(context) {}

  Status Read() {
    AddContract();
    MUSUBI_RETURN_IF_ERROR(AddDatasets());
    MUSUBI_RETURN_IF_ERROR(AddEpochs());
    MUSUBI_RETURN_IF_ERROR(AddProposals());
    MUSUBI_RETURN_IF_ERROR(AddWithdrawals());
    return AddProjects();
  }

  const Json& json() const { return json_; }
  const std::string& text() const { return text_; }

 private:
  void AddContract() {
    const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(store_.contract()));
    json_ = {{"contract", fingerprint},
             {"contract_name", store_.contract().name()},
             {"trusted", JsonOf(store_.policy().trusted)},
             {"approvals", store_.policy().approvals}};
    text_ = "contract '" + store_.contract().name() + "' " + fingerprint.substr(0, 16) + "\n";
    for (const auto& certificate : store_.policy().trusted) {
      text_ += "trusts   " + std::string(NameOf(certificate.role())) + ' ' + certificate.name() +
               ", " + crypto::ToHex(certificate.fingerprint()).substr(0, 16) + "\n";
    }
    text_ += ApprovalsText(store_.policy());
  }

  Status AddDatasets() {
    MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store_.Datasets());
    json_["datasets"] = Json::array();
    text_ += "\ndata sets\n";
    for (const storage::DatasetInfo& dataset : datasets) AddDataset(dataset);
    return {};
  }

  void AddDataset(const storage::DatasetInfo& dataset) {
    const auto& manifest = dataset.manifest;
    Json present = Json::object();
    text_ += "  " + Left(manifest.holder, 18) + Right(Grouped(manifest.records), 12) + " records" +
             (manifest.declares_duplicates ? ", may repeat persons" : "") + Planted(manifest) +
             "\n";
    for (std::size_t f = 0; f < dataset.present.size(); ++f) {
      const std::string& filter = store_.contract().filters()[f].name;
      present[filter] = dataset.present[f];
      text_ += "    " + Left(filter, 20) + Right(Percent(dataset.present[f], manifest.records), 9) +
               " present\n";
    }
    json_["datasets"].push_back({{"id", dataset.id},
                                 {"holder", manifest.holder},
                                 {"records", manifest.records},
                                 {"declares_duplicates", manifest.declares_duplicates},
                                 {"planted", manifest.planted},
                                 {"present", present}});
    if (!dataset.cleared) return;
    json_["datasets"].back()["audit"] = JsonOf(*dataset.cleared);
    text_ += "    " + TextOf(*dataset.cleared) + "\n";
  }

  Status AddEpochs() {
    MUSUBI_ASSIGN_OR_RETURN(const auto epochs, store_.Epochs());
    json_["epochs"] = Json::array();
    text_ += "\nlink runs\n";
    for (const storage::EpochSummary& epoch : epochs) {
      json_["epochs"].push_back(JsonOf(epoch));
      text_ += "  epoch " + std::to_string(epoch.epoch) + "  " + LineOf(epoch) + "\n";
    }
    const bool has_run = std::filesystem::exists(store_.run_place().folder);
    json_["unfinished_run"] = has_run;
    if (has_run) text_ += "  one did not end; the same link command goes on with it\n";
    return {};
  }

  static std::string LineOf(const storage::EpochSummary& epoch) {
    switch (epoch.kind) {
      case storage::EpochKind::kReview:
        return "a review: " + Grouped(epoch.moved) + " records came under another key";
      case storage::EpochKind::kWithdrawal:
        return "a withdrawal: see history";
      case storage::EpochKind::kLinkRun:
        break;
    }
    return Grouped(epoch.new_records) + " new of " + Grouped(epoch.records) + " records, " +
           Grouped(epoch.keys_minted) + " keys minted, threshold " + epoch.threshold +
           (epoch.hold.empty() ? "" : ", on hold: see history");
  }

  Status AddProposals() {
    MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t open, OpenProposals(&store_));
    json_["open_proposals"] = open;
    text_ += "\nreview\n  " + Grouped(open) + " open proposals: see review list\n";
    return {};
  }

  // Tells how many withdrawals there are, where there are any.
  Status AddWithdrawals() {
    MUSUBI_ASSIGN_OR_RETURN(const auto withdrawals, store_.Withdrawals());
    std::uint64_t made = 0;
    std::uint64_t taken_back = 0;
    std::uint64_t erased = 0;
    for (const storage::Withdrawal& withdrawal : withdrawals) {
      const bool withdraws = withdrawal.request.action == storage::WithdrawalAction::kWithdraw;
      ++(withdraws ? made : taken_back);
      if (withdrawal.request.erases()) erased += withdrawal.records;
    }
    json_["withdrawals"] = {{"made", made}, {"taken_back", taken_back}, {"erased", erased}};
    if (made == 0) return {};
    text_ += "\nwithdrawals\n  " + Grouped(made) + " made, " + Grouped(taken_back) +
             " taken back, " + Grouped(erased) + " records erased\n";
    return {};
  }

  Status AddProjects() {
    MUSUBI_ASSIGN_OR_RETURN(const auto projects, store_.Projects());
    json_["projects"] = Json::array();
    text_ += "\nprojects\n";
    for (const storage::ProjectInfo& project : projects) {
      json_["projects"].push_back(JsonOf(project, context_));
      text_ += "  " + cli::LineOf(project, context_);
    }
    return {};
  }

  LinkStore& store_;
  const ExecContext& context_;
  Json json_;
  std::string text_;
};

Result<int> Show(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  StoreStatus status(&store, run.context());
  MUSUBI_RETURN_IF_ERROR(status.Read());
  run.console().Print(status.json(), status.text());
  return 0;
}

}  // namespace

Command StatusCommand() {
  return {"status", "show what a store holds and what was done with it", "STORE", 1, 1, nullptr, {},
          Show};
}

}  // namespace musubi::cli
