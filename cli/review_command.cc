#include "cli/review_command.h"

#include <charconv>
#include <cstdio>
#include <limits>
#include <map>
#include <string>

#include "cli/open_store.h"
#include "core/contract_names.h"
#include "core/pairs.h"
#include "engine/review/review.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;
using storage::Proposal;
using storage::ProposalState;
using storage::Verdict;

constexpr std::size_t kMostProposals = 100'000;  // named in one command

Result<std::uint64_t> NumberOf(const std::string& text, std::string_view what) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return Error{ErrorCode::kUsage, std::string(what) + " is a whole number"};
}

Result<std::vector<ProposalState>> ReadStates(LinkStore* store) {
  MUSUBI_ASSIGN_OR_RETURN(std::vector<Proposal> proposals, store->Proposals());
  MUSUBI_ASSIGN_OR_RETURN(const auto decisions, store->Decisions());
  return storage::StatesOf(std::move(proposals), decisions);
}

std::string_view ChangeOf(const Proposal& proposal) {
  if (proposal.to.is_none()) return "split";
  return proposal.whole ? "merge" : "move";
}

std::string_view StatusOf(const ProposalState& state) {
  if (!state.settled) return "open";
  switch (*state.settled) {
    case Verdict::kAccept:
      return "accepted";
    case Verdict::kReject:
      return "rejected";
    case Verdict::kWithdraw:
      break;
  }
  return "withdrawn";
}

// How a score is shown: in bits above the least of a link, or as a mean of similarities.
class ScoreText {
 public:
  explicit ScoreText(const Contract& contract)
      : learns_(contract.plan().model == ModelKind::kFellegiSunter) {}

  std::string Of(std::uint32_t score) const {
    if (score == 0) return "nothing in common";
    char text[32];
    std::snprintf(text, sizeof text, learns_ ? "%+.1f bits" : "%.4f", Number(score));
    return text;
  }
  Json JsonOf(std::uint32_t score) const {
    if (score == 0) return nullptr;
    return Number(score);
  }
  std::string_view unit() const { return learns_ ? "bits_above_threshold" : "weighted_mean"; }

 private:
  double Number(std::uint32_t score) const {
    const double value = score;
    return learns_ ? (value - kLinkScore) / kScoreBit : value / kScoreUnit;
  }

  bool learns_;
};

// What a level of agreement says (docs/model.md, step 1).
std::string LevelText(unsigned level, bool learns) {
  if (level == 0) return "missing in one of them";
  if (level == 1) return "unlike";
  if (level < 8) return "similar, level " + std::to_string(level);
  if (!learns) return "equal";
  if (level == 8) return "equal, a value of more than a quarter of all records";
  return "equal, a value of at most one in " + Grouped(1U << (2 * (level - 8))) + " records";
}

std::string NameOfComparison(const Contract& contract, std::size_t place) {
  const std::size_t filters = contract.filters().size();
  return place < filters ? contract.filters()[place].name
                         : contract.match_rules()[place - filters].name;
}

// A sentence about what would change.
std::string Summary(const Proposal& proposal) {
  const std::string records =
      Grouped(proposal.records.size()) + (proposal.records.size() == 1 ? " record" : " records");
  if (proposal.to.is_none()) return records + " would get a key of their own";
  if (proposal.whole) return "two keys would become one; " + records + " would change";
  return records + " would come under another person's key";
}

std::string_view Why(storage::ProposalReason reason) {
  switch (reason) {
    case storage::ProposalReason::kReclustered:
      return "had all records come at once, they would be elsewhere";
    case storage::ProposalReason::kTie:
      return "another person's record fits one of them as well as those of its own key";
    case storage::ProposalReason::kTwin:
      return "birth date and one name agree, another name does not: they may be twins";
    case storage::ProposalReason::kWeak:
      break;
  }
  return "one of them has less in common with the others of its key than a link needs";
}

Json JsonOf(const ProposalState& state, const ScoreText& scores) {
  const Proposal& proposal = state.proposal;
  Json decisions = Json::array();
  for (const auto& decision : state.decisions) {
    decisions.push_back({{"epoch", decision.epoch},
                         {"verdict", decision.verdict == Verdict::kAccept   ? "accept"
                                     : decision.verdict == Verdict::kReject ? "reject"
                                                                            : "withdraw"},
                         {"settles", decision.settles},
                         {"reviewer", decision.reviewer},
                         {"reason", decision.reason}});
  }
  return {{"proposal", proposal.id},
          {"epoch", proposal.epoch},
          {"change", ChangeOf(proposal)},
          {"reason", NameOf(proposal.reason)},
          {"records", proposal.records.size()},
          {"status", StatusOf(state)},
          {"pairs", proposal.pairs},
          {"best_score", scores.JsonOf(proposal.best.score)},
          {"worst_score", scores.JsonOf(proposal.worst.score)},
          {"mean_score", scores.JsonOf(proposal.mean_score)},
          {"score_unit", scores.unit()},
          {"decisions", std::move(decisions)}};
}

std::string LineOf(const ProposalState& state, const ScoreText& scores) {
  const Proposal& proposal = state.proposal;
  std::string line = Right(std::to_string(proposal.id), 8) + "  " + Left(ChangeOf(proposal), 8) +
                     Left(NameOf(proposal.reason), 13) +
                     Right(Grouped(proposal.records.size()), 8) + "  " +
                     Left(scores.Of(proposal.best.score), 19) +
                     Left(scores.Of(proposal.mean_score), 19) + std::string(StatusOf(state));
  if (!state.settled && !state.decisions.empty()) {
    line += ", " + std::to_string(state.decisions.size()) + " said so far";
  }
  return line + "\n";
}

// Which proposals a list shows.
struct ListFilter {
  bool all = false;  // settled ones too
  std::optional<storage::ProposalReason> reason;

  bool Shows(const ProposalState& state) const {
    return (all || !state.settled) && (!reason || state.proposal.reason == *reason);
  }
};

Result<ListFilter> FilterOf(const Invocation& run) {
  ListFilter filter{run.Flag("all"), {}};
  if (!run.Has("reason")) return filter;
  filter.reason = storage::ProposalReasonOf(run.Text("reason"));
  if (!filter.reason) {
    return Error{ErrorCode::kUsage, "--reason is reclustered, tie, twin or weak"};
  }
  return filter;
}

Result<int> List(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const ListFilter filter, FilterOf(run));
  std::uint64_t limit = run.console().json() ? std::numeric_limits<std::uint64_t>::max() : 50;
  if (run.Has("limit")) {
    MUSUBI_ASSIGN_OR_RETURN(limit, NumberOf(run.Text("limit"), "--limit"));
  }
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<ProposalState> states, ReadStates(&store));
  const ScoreText scores(store.contract());
  Json json = {{"decisions_needed", store.policy().decisions}, {"proposals", Json::array()}};
  std::string lines;
  std::uint64_t shown = 0;
  std::uint64_t matching = 0;
  std::map<std::string_view, std::uint64_t> open;
  for (const ProposalState& state : states) {
    if (!state.settled) ++open[NameOf(state.proposal.reason)];
    if (!filter.Shows(state) || ++matching > limit) continue;
    ++shown;
    json["proposals"].push_back(JsonOf(state, scores));
    lines += LineOf(state, scores);
  }
  json["matching"] = matching;
  json["open"] = Json::object();
  std::string text;
  for (const auto& [reason, count] : open) {
    json["open"][std::string(reason)] = count;
    text += Right(Grouped(count), 8) + " open, " + std::string(reason) + "\n";
  }
  if (matching == 0) text += "nothing to review\n";
  if (shown > 0) {
    text += "\n" + Right("number", 8) + "  " + Left("change", 8) + Left("reason", 13) +
            Right("records", 8) + "  " + Left("best pair", 19) + Left("mean", 19) + "status\n" +
            lines;
  }
  if (matching > shown) {
    text += "... and " + Grouped(matching - shown) + " more; --limit shows more\n";
  }
  run.console().Print(json, text);
  return 0;
}

// Whose records a proposal's evidence is about.
Result<std::map<RecordRef, std::string>> HoldersOf(LinkStore* store, const Proposal& proposal) {
  std::map<RecordRef, std::string> holders = {{proposal.best.record, ""},
                                              {proposal.best.other, ""},
                                              {proposal.worst.record, ""},
                                              {proposal.worst.other, ""}};
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store->Datasets());
  MUSUBI_RETURN_IF_ERROR(store->VisitMembers([&](const storage::Member& member) -> Status {
    const auto found = holders.find(member.ref);
    if (found != holders.end()) found->second = datasets[member.dataset - 1].manifest.holder;
    return {};
  }));
  return holders;
}

// Shows one pair, comparison by comparison.
class PairView {
 public:
  PairView(const Contract& contract, const std::map<RecordRef, std::string>& holders)
      : contract_(contract), holders_(holders), scores_(contract) {}

  void Show(std::string_view name, const storage::PairEvidence& pair, Json* json,
            std::string* text) const {
    Json levels = Json::object();
    *text += Left(name, 8) + "record " + Shortened(pair.record) + " of " +
             holders_.at(pair.record) + ", " + Shortened(pair.other) + " of " +
             holders_.at(pair.other) + ": " + scores_.Of(pair.score) + "\n";
    const bool learns = contract_.plan().model == ModelKind::kFellegiSunter;
    const std::size_t places = contract_.filters().size() + contract_.match_rules().size();
    for (std::size_t place = 0; place < places && places <= kMostComparisons; ++place) {
      const auto level = static_cast<unsigned>(pair.levels >> (4 * place)) & 15U;
      const std::string comparison = NameOfComparison(contract_, place);
      levels[comparison] = level;
      *text += "        " + Left(comparison, 22) + LevelText(level, learns) + "\n";
    }
    (*json)[std::string(name)] = {{"record_holder", holders_.at(pair.record)},
                                  {"other_holder", holders_.at(pair.other)},
                                  {"score", scores_.JsonOf(pair.score)},
                                  {"levels", std::move(levels)}};
  }

 private:
  // Enough to tell records of a proposal apart.
  static std::string Shortened(const RecordRef& ref) { return ToHex(ref).substr(0, 8); }

  const Contract& contract_;
  const std::map<RecordRef, std::string>& holders_;
  ScoreText scores_;
};

Result<int> Show(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t id, NumberOf(run.operands()[1], "a proposal"));
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<ProposalState> states, ReadStates(&store));
  if (id < 1 || id > states.size()) {
    return Error{ErrorCode::kNoInput,
                 "there is no proposal " + std::to_string(id) + "; see review list"};
  }
  const ProposalState& state = states[id - 1];
  const Proposal& proposal = state.proposal;
  MUSUBI_ASSIGN_OR_RETURN(const auto holders, HoldersOf(&store, proposal));
  const ScoreText scores(store.contract());
  Json json = JsonOf(state, scores);
  std::string text = "proposal " + std::to_string(id) + ", " + std::string(ChangeOf(proposal)) +
                     ", " + std::string(StatusOf(state)) + "; made in epoch " +
                     std::to_string(proposal.epoch) + "\n" + Summary(proposal) + ": " +
                     std::string(Why(proposal.reason)) + "\n\n";
  const PairView pairs(store.contract(), holders);
  if (proposal.pairs > 0) {
    pairs.Show("best", proposal.best, &json, &text);
    if (proposal.pairs > 1) pairs.Show("worst", proposal.worst, &json, &text);
    text +=
        "mean of " + Grouped(proposal.pairs) + " pairs: " + scores.Of(proposal.mean_score) + "\n";
  }
  for (const auto& decision : state.decisions) {
    if (decision.verdict == Verdict::kWithdraw) {
      text += "closed in epoch " + std::to_string(decision.epoch) +
              ": a link run finds it no longer, or a record of it was erased\n";
      continue;
    }
    text += std::string(decision.verdict == Verdict::kAccept ? "accepted" : "rejected") + " by " +
            decision.reviewer + " in epoch " + std::to_string(decision.epoch) +
            (decision.reason.empty() ? "" : ": " + decision.reason) + "\n";
  }
  run.console().Print(json, text);
  return 0;
}

Result<int> DecideCommand(const Invocation& run, Verdict verdict) {
  engine::ReviewRequest request;
  request.verdict = verdict;
  request.reviewer = run.Text("reviewer");
  if (run.Has("reason")) request.reason = run.Text("reason");
  for (std::size_t i = 1; i < run.operands().size(); ++i) {
    MUSUBI_ASSIGN_OR_RETURN(request.proposals.emplace_back(),
                            NumberOf(run.operands()[i], "a proposal"));
  }
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Decide(&store, request, run.context()));
  run.console().EndStages();
  std::string text = "epoch " + std::to_string(receipt.epoch) + ": " +
                     Grouped(receipt.settled.size()) +
                     (verdict == Verdict::kAccept ? " accepted" : " rejected");
  if (!receipt.waiting.empty()) {
    text += ", " + Grouped(receipt.waiting.size()) + " waiting for another reviewer";
  }
  text += "\n";
  if (verdict == Verdict::kAccept) {
    text += "keys      " + Grouped(receipt.moved) + " records came under another key; " +
            Grouped(receipt.keys_minted) + " keys minted, " + Grouped(receipt.keys_retired) +
            " retired\n";
  }
  run.console().Print({{"epoch", receipt.epoch},
                       {"settled", receipt.settled},
                       {"waiting", receipt.waiting},
                       {"moved", receipt.moved},
                       {"keys_minted", receipt.keys_minted},
                       {"keys_retired", receipt.keys_retired}},
                      text);
  return 0;
}

void ListOptions(po::options_description* options) {
  auto add = options->add_options();
  add("all", po::bool_switch(), "show settled proposals too");
  add("reason", po::value<std::string>()->value_name("reclustered|tie|twin|weak"),
      "show those made for this reason alone");
  add("limit", po::value<std::string>()->value_name("N"),
      "show up to N (default: 50; with --json all)");
}

void DecideOptions(po::options_description* options) {
  auto add = options->add_options();
  add("reviewer", po::value<std::string>()->value_name("NAME"),
      "who decides: 1 to 64 of a-z, 0-9, _ and -");
  add("reason", po::value<std::string>()->value_name("TEXT"),
      "why, for the record; name no person");
}

}  // namespace

std::vector<Command> ReviewCommands() {
  return {
      {"review list", "show what link runs ask people about", "STORE", 1, 1, ListOptions, {}, List},
      {"review show",
       "show how the records of a proposal agree, never what they say",
       "STORE NUMBER",
       2,
       2,
       nullptr,
       {},
       Show},
      {"review accept",
       "carry proposals out: keys change, and the store tells so",
       "STORE NUMBER...",
       2,
       kMostProposals,
       DecideOptions,
       {"reviewer"},
       [](const Invocation& run) { return DecideCommand(run, Verdict::kAccept); }},
      {"review reject",
       "turn proposals down: they are not made again",
       "STORE NUMBER...",
       2,
       kMostProposals,
       DecideOptions,
       {"reviewer"},
       [](const Invocation& run) { return DecideCommand(run, Verdict::kReject); }}};
}

}  // namespace musubi::cli
