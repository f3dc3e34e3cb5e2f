#include "cli/history_command.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "cli/link_command.h"
#include "cli/open_store.h"
#include "crypto/sha256.h"
#include "engine/release/persons.h"
#include "storage/atomic_file.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::EpochKind;
using storage::EpochSummary;
using storage::LinkStore;

// What happened in an epoch, for people.
std::string TextOf(const EpochSummary& epoch) {
  std::string text = "epoch " + std::to_string(epoch.epoch);
  if (epoch.kind == EpochKind::kReview) {
    return text + "  review    " + Grouped(epoch.moved) + " records came under another key, " +
           Grouped(epoch.keys_minted) + " keys minted\n";
  }
  text += "  link run  " + Grouped(epoch.new_records) + " new of " + Grouped(epoch.records) +
          " records: " + Grouped(epoch.keys_minted) + " keys minted, " + Grouped(epoch.attached) +
          " joined one given earlier; " + Grouped(epoch.proposals) + " proposals, " +
          Grouped(epoch.withdrawn) + " withdrawn; threshold " + epoch.threshold + "\n";
  if (!epoch.hold.empty()) text += "          on hold: " + epoch.hold + "\n";
  return text;
}

std::string_view NameOfVerdict(storage::Verdict verdict) {
  return verdict == storage::Verdict::kAccept ? "accepted" : "rejected";
}

// Decisions of people, by epoch: runs withdraw in numbers that their summaries tell.
using DecisionsByEpoch = std::map<std::uint64_t, std::vector<storage::Decision>>;

Result<DecisionsByEpoch> PeoplesDecisions(LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(const auto decisions, store->Decisions());
  DecisionsByEpoch by_epoch;
  for (const storage::Decision& decision : decisions) {
    if (decision.verdict != storage::Verdict::kWithdraw) {
      by_epoch[decision.epoch].push_back(decision);
    }
  }
  return by_epoch;
}

void ShowDecisions(const std::vector<storage::Decision>& decisions, Json* json, std::string* text) {
  for (const storage::Decision& decision : decisions) {
    (*json)["decisions"].push_back({{"proposal", decision.proposal},
                                    {"verdict", NameOfVerdict(decision.verdict)},
                                    {"settles", decision.settles},
                                    {"reviewer", decision.reviewer},
                                    {"reason", decision.reason}});
    *text += "          proposal " + std::to_string(decision.proposal) + " " +
             std::string(NameOfVerdict(decision.verdict)) + " by " + decision.reviewer +
             (decision.settles ? "" : ", waiting for another reviewer") +
             (decision.reason.empty() ? "" : ": " + decision.reason) + "\n";
  }
}

void ShowReleases(const std::vector<storage::ReleaseInfo>& releases, std::uint64_t epoch,
                  Json* json, std::string* text) {
  for (const storage::ReleaseInfo& release : releases) {
    if (release.epoch != epoch) continue;
    (*json)["releases"].push_back({{"number", release.number},
                                   {"project", release.project},
                                   {"records", release.records},
                                   {"persons", release.persons},
                                   {"despite_hold", release.despite_hold}});
    *text +=
        "          release " + std::to_string(release.number) + " to project " + release.project +
        ": " + Grouped(release.records) + " records of " + Grouped(release.persons) + " persons" +
        (release.despite_hold.empty() ? "" : ", despite the hold: " + release.despite_hold) + "\n";
  }
}

// What holders asked for, by epoch.
Result<std::map<std::uint64_t, storage::Withdrawal>> WithdrawalsByEpoch(LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(auto withdrawals, store->Withdrawals());
  std::map<std::uint64_t, storage::Withdrawal> by_epoch;
  for (storage::Withdrawal& made : withdrawals) by_epoch[made.epoch] = std::move(made);
  return by_epoch;
}

void ShowWithdrawal(const storage::Withdrawal& made, Json* json, std::string* text) {
  const storage::WithdrawalRequest& request = made.request;
  const bool takes_back = request.action == storage::WithdrawalAction::kReinstate;
  Json& shown = (*json)["withdrawal"] = {{"action", NameOf(request.action)}};
  if (!takes_back) shown["scope"] = request.project.empty() ? "all" : "project";
  if (!request.project.empty()) shown["project"] = request.project;
  shown["records"] = made.records;
  shown["erased"] = request.erases() ? made.records : 0;
  shown["persons"] = made.persons;
  shown["asked_by"] = NameOf(request.by);
  const std::string persons = Grouped(made.persons) + " persons";
  *text += "epoch " + std::to_string(made.epoch) + "  withdrawal  ";
  if (takes_back) {
    *text += "one of " + persons + " is taken back\n";
    return;
  }
  if (request.erases()) *text += Grouped(made.records) + " records erased, ";
  *text += persons + " left out" +
           (request.project.empty() ? std::string() : " of project " + request.project) + "\n";
}

Result<int> History(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto epochs, store.Epochs());
  MUSUBI_ASSIGN_OR_RETURN(const auto decisions, PeoplesDecisions(&store));
  MUSUBI_ASSIGN_OR_RETURN(const auto releases, store.Releases());
  MUSUBI_ASSIGN_OR_RETURN(const auto withdrawals, WithdrawalsByEpoch(&store));
  MUSUBI_ASSIGN_OR_RETURN(const auto state, store.StateDigest());
  Json json = {{"state", crypto::ToHex(state)}, {"epochs", Json::array()}};
  std::string text;
  for (const EpochSummary& epoch : epochs) {
    Json entry = JsonOf(epoch);
    MUSUBI_ASSIGN_OR_RETURN(const std::string report, store.Report(epoch.epoch));
    if (!report.empty()) {
      entry["report_sha256"] = crypto::ToHex(
          crypto::Sha256({reinterpret_cast<const std::uint8_t*>(report.data()), report.size()}));
    }
    const auto made = withdrawals.find(epoch.epoch);
    if (made != withdrawals.end()) {
      ShowWithdrawal(made->second, &entry, &text);
    } else {
      text += TextOf(epoch);
    }
    const auto decided = decisions.find(epoch.epoch);
    if (decided != decisions.end()) ShowDecisions(decided->second, &entry, &text);
    ShowReleases(releases, epoch.epoch, &entry, &text);
    json["epochs"].push_back(std::move(entry));
  }
  if (epochs.empty()) text = "nothing is linked yet\n";
  text += "state     " + crypto::ToHex(state) + "\n";
  run.console().Print(json, text);
  return 0;
}

Result<std::uint64_t> EpochOf(const Invocation& run, LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t last, store->Epoch());
  if (last == 0) {
    return Error{ErrorCode::kNoInput, "nothing is linked yet; run musubi-unit link first"};
  }
  if (!run.Has("epoch")) return last;
  const std::string& text = run.Text("epoch");
  std::uint64_t epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error != std::errc() || end != text.data() + text.size() || epoch < 1 || epoch > last) {
    return Error{ErrorCode::kUsage, "--epoch is a number from 1 to " + std::to_string(last)};
  }
  return epoch;
}

Result<int> ResolveCommand(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, OpenStore(run));
  if (run.Has("output") && store.policy().approvals != 0) {
    return Error{ErrorCode::kRefused,
                 "who is whose leaves this store by an approved release alone; resolve without -o "
                 "tells the counts and the digest"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, EpochOf(run, &store));
  run.context().Stage("resolve", store.members());
  MUSUBI_ASSIGN_OR_RETURN(const engine::PersonsAt persons,
                          engine::ReplayPersons(&store, epoch, run.context()));
  run.console().EndStages();
  const std::string digest = crypto::ToHex(persons.digest);
  if (run.Has("output")) {
    MUSUBI_RETURN_IF_ERROR(
        engine::WritePersons(persons, run.Text("output"), run.overwrite(), run.context()));
  }
  Json sizes = Json::array();
  std::string text = "epoch " + std::to_string(epoch) + ": " + Grouped(persons.members.size()) +
                     " records of " + Grouped(persons.persons) + " persons\n";
  for (const auto& [records, count] : persons.sizes) {
    sizes.push_back({{"records", records}, {"persons", count}});
    text += Right(Grouped(count), 14) + " persons of " + Grouped(records) +
            (records == 1 ? " record\n" : " records\n");
  }
  text += "sha256    " + digest + "\n";
  run.console().Print({{"epoch", epoch},
                       {"records", persons.members.size()},
                       {"persons", persons.persons},
                       {"sizes", sizes},
                       {"sha256", digest}},
                      text);
  return 0;
}

}  // namespace

std::vector<Command> HistoryCommands() {
  return {{"history",
           "show what link runs, reviews, withdrawals and releases did, epoch by epoch",
           "STORE",
           1,
           1,
           nullptr,
           {},
           History},
          {"resolve",
           "show which records were one person's, at any epoch",
           "STORE",
           1,
           1,
           [](po::options_description* options) {
             auto add = options->add_options();
             add("epoch", po::value<std::string>()->value_name("N"),
                 "as it was then (default: the last)");
             add("output,o", po::value<std::string>()->value_name("FILE"),
                 "a new CSV file of record_ref,person_ref: of each person, the reference of the "
                 "record that was there first");
           },
           {},
           ResolveCommand}};
}

}  // namespace musubi::cli
