#include "cli/link_command.h"

#include <cstdio>
#include <string>
#include <vector>

#include "cli/link_quality.h"
#include "cli/memory.h"
#include "cli/open_store.h"
#include "core/contract_names.h"
#include "engine/link/link.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;

Result<engine::LinkRequest> LinkRequestOf(const Invocation& run) {
  engine::LinkRequest request;
  if (run.Has("threshold")) {
    MUSUBI_ASSIGN_OR_RETURN(request.threshold, Threshold::Parse(run.Text("threshold")));
    if (request.threshold->numerator == 0) {
      return Error{ErrorCode::kUsage, "--threshold must be above 0"};
    }
  }
  if (run.Has("recall")) {
    MUSUBI_ASSIGN_OR_RETURN(request.recall, Threshold::Parse(run.Text("recall")));
    if (request.recall->numerator == 0 ||
        request.recall->numerator == request.recall->denominator) {
      return Error{ErrorCode::kUsage, "--recall must be above 0 and below 1"};
    }
  }
  if (run.Has("max-pairs")) {
    MUSUBI_ASSIGN_OR_RETURN(request.max_pairs, CountOf(run, "max-pairs"));
  }
  if (run.Has("checkpoint-pairs")) {
    MUSUBI_ASSIGN_OR_RETURN(request.checkpoint_pairs, CountOf(run, "checkpoint-pairs"));
    if (request.checkpoint_pairs == 0) {
      return Error{ErrorCode::kUsage, "--checkpoint-pairs must be above 0"};
    }
  }
  request.memory_bytes = UsableMemory() / 10 * 8;  // the rest is the system's
  if (run.Has("memory")) {
    MUSUBI_ASSIGN_OR_RETURN(request.memory_bytes, ParseBytes(run.Text("memory")));
  }
  if (run.Has("least-precision")) {
    MUSUBI_ASSIGN_OR_RETURN(request.least_precision, Threshold::Parse(run.Text("least-precision")));
    if (request.least_precision->numerator == 0 ||
        request.least_precision->numerator == request.least_precision->denominator) {
      return Error{ErrorCode::kUsage, "--least-precision must be above 0 and below 1"};
    }
  }
  if (run.Has("resolution")) {
    request.resolution = ResolutionKindOf(run.Text("resolution"));
    if (!request.resolution) {
      return Error{ErrorCode::kUsage,
                   "--resolution is greedy, mutual_best, strong_first or optimal"};
    }
  }
  if (!run.Has("candidates")) return request;
  request.candidates = CandidateMethodOf(run.Text("candidates"));
  if (request.candidates) return request;
  return Error{ErrorCode::kUsage, "--candidates is auto, all_pairs, blocks, join or lsh"};
}

// How the pairs came about, for people.
std::string WhichPairs(const engine::LinkReceipt& receipt) {
  switch (receipt.candidates.method) {
    case CandidateMethod::kBlocks:
      return "those that share a block token, " + receipt.kernel + " kernel";
    case CandidateMethod::kLsh:
      return "those with an equal key of locality-sensitive hashing";
    default:
      return receipt.candidates.joins ? "every pair, by an exact join"
                                      : "every pair, " + receipt.kernel + " kernel";
  }
}

// Adds what is known of each blocking pass.
void ShowPasses(const LinkStore& store, const std::vector<blocking::BlockPassStats>& passes,
                Json* json, std::string* text) {
  for (std::size_t p = 0; p < passes.size(); ++p) {
    const blocking::BlockPassStats& pass = passes[p];
    const std::string& name = store.contract().token_name(p);
    (*json)["passes"].push_back({{"name", name},
                                 {"records", pass.tokens},
                                 {"blocks", pass.blocks},
                                 {"largest_block", pass.largest_block},
                                 {"split_blocks", pass.split_blocks},
                                 {"left_out_blocks", pass.left_out_blocks},
                                 {"left_out_pairs", pass.left_out_visits},
                                 {"pairs", pass.visits}});
    *text += "  " + Left(name, 20) + Right(Grouped(pass.visits), 14) + " pairs in " +
             Grouped(pass.blocks - pass.left_out_blocks) + " blocks, the largest of " +
             Grouped(pass.largest_block) + " records";
    if (pass.split_blocks > 0) {
      *text += "; " + Grouped(pass.split_blocks) + " were split";
    }
    if (pass.left_out_blocks > 0) {
      *text += "; " + Grouped(pass.left_out_blocks) + " larger ones, " +
               Grouped(pass.left_out_visits) + " pairs, are left to the other tokens";
    }
    *text += "\n";
  }
}

// Adds what the hashing promises. The recall is that of a pair on the threshold.
void ShowLsh(const blocking::LshStats& lsh, Json* json, std::string* text) {
  const double recall = lsh.expected_recall_millionths / 1e6;
  (*json)["lsh"] = {{"bits_per_key", lsh.parameters.bits_per_key},
                    {"tables", lsh.parameters.tables},
                    {"expected_recall", recall},
                    {"buckets", lsh.buckets},
                    {"largest_bucket", lsh.largest_bucket},
                    {"split_buckets", lsh.split_buckets}};
  char shown[16];
  std::snprintf(shown, sizeof shown, "%.3f", recall);
  *text += "  " + std::to_string(lsh.parameters.tables) + " tables of " +
           std::to_string(lsh.parameters.bits_per_key) + "-bit keys; expected recall " + shown +
           " of pairs on the threshold; the largest bucket has " + Grouped(lsh.largest_bucket) +
           " records\n";
}

void ShowLinked(const Invocation& run, const LinkStore& store, const engine::LinkReceipt& receipt) {
  const storage::EpochSummary& summary = receipt.summary;
  Json json = JsonOf(summary);
  json["candidates"] = NameOf(receipt.candidates.method);
  json["exact_join"] = receipt.candidates.joins;
  json["kernel"] = receipt.kernel;
  json["clusters"] = receipt.clusters;
  json["linked_records"] = receipt.linked_records;
  std::string text = "epoch " + std::to_string(summary.epoch) + ": " + Grouped(summary.records) +
                     " records, " + Grouped(summary.new_records) + " new\n";
  text +=
      "compared  " + Grouped(summary.candidate_pairs) + " pairs (" + WhichPairs(receipt) + ")\n";
  ShowPasses(store, receipt.candidates.passes, &json, &text);
  if (receipt.candidates.lsh) ShowLsh(*receipt.candidates.lsh, &json, &text);
  text += "linked    " + Grouped(summary.links) + " pairs at threshold " + summary.threshold + "\n";
  text += "resolved  " + Grouped(receipt.clusters) + " persons; " +
          Grouped(receipt.linked_records) + " records are linked to another\n";
  text += "keys      " + Grouped(summary.keys_minted) + " minted, " + Grouped(summary.attached) +
          " records joined a key given earlier\n";
  if (summary.proposals + summary.withdrawn > 0) {
    text += "review    " + Grouped(summary.proposals) + " new proposals, " +
            Grouped(summary.withdrawn) +
            " withdrawn; keys stay as they are until someone decides: see review list\n";
  }
  if (!summary.hold.empty()) text += "on hold   nothing may be released: " + summary.hold + "\n";
  if (receipt.quality) ShowQuality(*receipt.quality, &json, &text);
  ShowPlanted(receipt.planted, &json, &text);
  ShowRecapture(receipt.recapture, &json, &text);
  const engine::ResourceReport& used = receipt.resources;
  json["memory"] = {{"planned_bytes", used.planned_bytes},
                    {"links_bytes", used.links_bytes},
                    {"disk_bytes", used.disk_bytes}};
  json["went_on"] = used.went_on;
  if (used.went_on) text += "went on with a link run that had not ended\n";
  json["stages"] = run.console().StageSeconds();
  run.console().Print(json, text);
}

Result<int> Link(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const auto request, LinkRequestOf(run));
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Link(&store, request, run.context()));
  run.console().EndStages();
  if (receipt.quality && !receipt.quality->refusal.empty()) {
    ShowRefusal(run, receipt);
    return 1;
  }
  ShowLinked(run, store, receipt);
  return 0;
}

void LinkOptions(po::options_description* options) {
  auto add = options->add_options();
  add("threshold", po::value<std::string>()->value_name("T"),
      "the least score of a link, from 0 to 1, instead of the contract's; for a model that learns, "
      "the least chance that it is one person's");
  add("candidates", po::value<std::string>()->value_name("auto|all_pairs|blocks|join|lsh"),
      "which pairs to compare, instead of the contract's choice: every pair, those that share a "
      "block token, or those that are similar in one filter (join: all of them; lsh: each with a "
      "chance)");
  add("least-precision", po::value<std::string>()->value_name("P"),
      "for a weighted mean: raise the threshold until this share of links is right, by the pairs "
      "within holders that declare no duplicates");
  add("resolution", po::value<std::string>()->value_name("greedy|mutual_best|strong_first|optimal"),
      "which links may make persons, instead of the contract's choice: all, those that are the "
      "best "
      "of both records, these before the best of one, or the one-to-one matching of the most "
      "weight");
  add("recall", po::value<std::string>()->value_name("R"),
      "with lsh: the least chance to find a pair that is just similar enough, instead of the "
      "contract's");
  add("max-pairs", po::value<std::string>()->value_name("N"),
      "compare up to N pairs; without it, more than some hours' work is refused");
  add("memory", po::value<std::string>()->value_name("BYTES"),
      "use about so much memory, such as 4GiB; links that do not fit go to the disk (default: "
      "eight tenths of the machine's)");
  add("checkpoint-pairs", po::value<std::string>()->value_name("N"),
      "after every N pairs, keep on the disk what was found, so that a run that is killed goes on "
      "from there (default: some half a minute's work)");
}

}  // namespace

Json JsonOf(const storage::EpochSummary& summary) {
  return {{"epoch", summary.epoch},
          {"kind", NameOf(summary.kind)},
          {"records", summary.records},
          {"new_records", summary.new_records},
          {"pairs_compared", summary.candidate_pairs},
          {"links", summary.links},
          {"keys_minted", summary.keys_minted},
          {"attached", summary.attached},
          {"proposals", summary.proposals},
          {"withdrawn", summary.withdrawn},
          {"moved", summary.moved},
          {"threshold", summary.threshold},
          {"hold", summary.hold}};
}

Command LinkCommand() {
  return {"link",  "find the records of one person and give each its linkage key",
          "STORE", 1,
          1,       LinkOptions,
          {},      Link};
}

}  // namespace musubi::cli
