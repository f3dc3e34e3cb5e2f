// musubi-unit: the trusted linkage unit. Sees encodings, references and linkage keys; contains
// neither the normaliser, nor the encoder, nor the linkage secret.
#include <charconv>
#include <cstdio>

#include "cli/command.h"
#include "cli/inspect.h"
#include "core/contract_names.h"
#include "crypto/process.h"
#include "crypto/random.h"
#include "engine/link/link.h"
#include "engine/release/release.h"
#include "storage/clks_dataset.h"
#include "storage/encoding_file.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;

Result<int> Init(const Invocation& run) {
  const std::string& folder = run.operands()[0];
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.Text("contract")));
  MUSUBI_RETURN_IF_ERROR(LinkStore::Create(folder, contract));
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  run.console().Print({{"store", folder}, {"contract", fingerprint}},
                      "made store " + folder + " for contract " + fingerprint.substr(0, 16) + "\n");
  return 0;
}

// An encoding file; or, under a contract of profile clkhash, a file of CLKs, which does not say
// whose it is.
Result<storage::EncodingFile> ReadHolderFile(const Invocation& run, const std::string& file,
                                             const Contract& contract) {
  if (!storage::LooksLikeClks(file)) return storage::ReadEncodingFile(file, contract);
  if (contract.profile() != Profile::kClkhash) {
    return Error{ErrorCode::kBadData,
                 file +
                     ": is JSON, not an encoding file; files of CLKs go with a contract of "
                     "profile clkhash"};
  }
  if (!run.Has("holder") || !storage::IsHolderName(run.Text("holder"))) {
    return Error{ErrorCode::kUsage,
                 "--holder names whose CLKs these are: 1 to 64 of a-z, 0-9, _ and -, starting with "
                 "a letter or digit"};
  }
  return storage::ReadClksDataset(file, run.Text("holder"), run.Flag("declares-duplicates"),
                                  contract, run.context().stop);
}

Result<int> Import(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  Json imported = Json::array();
  std::string text;
  for (std::size_t i = 1; i < run.operands().size(); ++i) {
    const std::string& name = run.operands()[i];
    const std::string before =
        imported.empty() ? "" : "; the " + std::to_string(imported.size()) + " before it are in";
    if (run.context().stopped()) {
      return Error{ErrorCode::kInterrupted, "interrupted at " + name + before};
    }
    run.context().Stage("import " + name);
    const auto file = ReadHolderFile(run, name, store.contract());
    if (!file.ok()) return Error{file.error().code, file.error().message + before};
    const auto info = store.Import(file.value());
    if (!info.ok()) {
      return Error{info.error().code, name + ": " + info.error().message + before};
    }
    const auto& manifest = info.value().manifest;
    imported.push_back({{"file", name},
                        {"dataset", info.value().id},
                        {"holder", manifest.holder},
                        {"records", manifest.records}});
    text += Left(manifest.holder, 18) + Right(Grouped(manifest.records), 12) +
            (store.contract().profile() == Profile::kClkhash
                 ? " records; CLKs prove neither their secret nor their schema\n"
                 : " records  contract ok  key check ok\n");
  }
  run.console().EndStages();
  run.console().Print({{"imported", imported}, {"stages", run.console().StageSeconds()}}, text);
  return 0;
}

Result<std::uint64_t> CountOf(const Invocation& run, const std::string& option) {
  const std::string& text = run.Text(option);
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc() && end == text.data() + text.size()) return count;
  return Error{ErrorCode::kUsage, "--" + option + " is a whole number, without signs or commas"};
}

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
  if (!run.Has("candidates")) return request;
  request.candidates = CandidateMethodOf(run.Text("candidates"));
  if (request.candidates) return request;
  return Error{ErrorCode::kUsage, "--candidates is auto, all_pairs, blocks, join or lsh"};
}

Json JsonOf(const storage::EpochSummary& summary) {
  return {{"epoch", summary.epoch},
          {"records", summary.records},
          {"new_records", summary.new_records},
          {"pairs_compared", summary.candidate_pairs},
          {"links", summary.links},
          {"keys_minted", summary.keys_minted},
          {"attached", summary.attached},
          {"merge_proposals", summary.merge_proposals},
          {"threshold", summary.threshold}};
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
    const std::string& name = store.contract().token_name(p);
    (*json)["passes"].push_back({{"name", name},
                                 {"records", passes[p].tokens},
                                 {"blocks", passes[p].blocks},
                                 {"largest_block", passes[p].largest_block},
                                 {"pairs", passes[p].visits}});
    *text += "  " + Left(name, 20) + Right(Grouped(passes[p].visits), 14) + " pairs in " +
             Grouped(passes[p].blocks) + " blocks, the largest of " +
             Grouped(passes[p].largest_block) + " records\n";
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
  if (summary.merge_proposals > 0) {
    text += "review    " + Grouped(summary.merge_proposals) +
            " pairs of keys given earlier look like one person; they stay as they are\n";
  }
  json["stages"] = run.console().StageSeconds();
  run.console().Print(json, text);
}

Result<int> LinkCommand(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const auto request, LinkRequestOf(run));
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Link(&store, request, run.context()));
  run.console().EndStages();
  ShowLinked(run, store, receipt);
  return 0;
}

Result<int> StatusCommand(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  MUSUBI_ASSIGN_OR_RETURN(const auto datasets, store.Datasets());
  MUSUBI_ASSIGN_OR_RETURN(const auto epochs, store.Epochs());
  MUSUBI_ASSIGN_OR_RETURN(const auto projects, store.Projects());
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(store.contract()));
  Json json = {{"contract", fingerprint},
               {"contract_name", store.contract().name()},
               {"datasets", Json::array()},
               {"epochs", Json::array()},
               {"projects", Json::array()}};
  std::string text =
      "contract '" + store.contract().name() + "' " + fingerprint.substr(0, 16) + "\n\ndata sets\n";
  for (const auto& dataset : datasets) {
    const auto& manifest = dataset.manifest;
    Json present = Json::object();
    text += "  " + Left(manifest.holder, 18) + Right(Grouped(manifest.records), 12) + " records" +
            (manifest.declares_duplicates ? ", may repeat persons" : "") + "\n";
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
                                {"present", present}});
  }
  text += "\nlink runs\n";
  for (const auto& epoch : epochs) {
    json["epochs"].push_back(JsonOf(epoch));
    text += "  epoch " + std::to_string(epoch.epoch) + "  " + Grouped(epoch.new_records) +
            " new of " + Grouped(epoch.records) + " records, " + Grouped(epoch.keys_minted) +
            " keys minted, threshold " + epoch.threshold + "\n";
  }
  text += "\nprojects\n";
  for (const auto& project : projects) {
    json["projects"].push_back(
        {{"name", project.name}, {"added_at_epoch", project.added_at_epoch}});
    text += "  " + project.name + "\n";
  }
  run.console().Print(json, text);
  return 0;
}

Result<int> ProjectAdd(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  const std::string& project = run.operands()[1];
  MUSUBI_RETURN_IF_ERROR(engine::AddProject(&store, project, run.context()));
  run.console().Print({{"project", project}}, "added project " + project + " with its own key\n");
  return 0;
}

Result<int> ProjectList(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  MUSUBI_ASSIGN_OR_RETURN(const auto projects, store.Projects());
  Json json = Json::array();
  std::string text;
  for (const auto& project : projects) {
    json.push_back({{"name", project.name}, {"added_at_epoch", project.added_at_epoch}});
    text += project.name + "\n";
  }
  run.console().Print(json, text);
  return 0;
}

Result<int> ReleaseCommand(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Release(&store, run.Text("project"),
                                                              run.Text("output"), run.context()));
  Json maps = Json::array();
  std::string text = "released project " + receipt.project + " at epoch " +
                     std::to_string(receipt.epoch) + ": " + Grouped(receipt.records) +
                     " records of " + Grouped(receipt.persons) + " persons\n";
  for (const auto& map : receipt.maps) {
    const std::string file = (std::filesystem::path(run.Text("output")) / map.file).string();
    maps.push_back({{"holder", map.holder},
                    {"file", file},
                    {"records", map.records},
                    {"persons", map.persons}});
    text += "  " + file + "  for " + map.holder + ", " + Grouped(map.records) + " records\n";
  }
  run.console().Print({{"project", receipt.project},
                       {"epoch", receipt.epoch},
                       {"records", receipt.records},
                       {"persons", receipt.persons},
                       {"maps", maps}},
                      text);
  return 0;
}

void LinkOptions(po::options_description* options) {
  auto add = options->add_options();
  add("threshold", po::value<std::string>()->value_name("T"),
      "the least score of a link, from 0 to 1, instead of the contract's");
  add("candidates", po::value<std::string>()->value_name("auto|all_pairs|blocks|join|lsh"),
      "which pairs to compare, instead of the contract's choice: every pair, those that share a "
      "block token, or those that are similar in one filter (join: all of them; lsh: each with a "
      "chance)");
  add("recall", po::value<std::string>()->value_name("R"),
      "with lsh: the least chance to find a pair that is just similar enough, instead of the "
      "contract's");
  add("max-pairs", po::value<std::string>()->value_name("N"),
      "compare up to N pairs; without it, more than some hours' work is refused");
}

Program UnitProgram() {
  constexpr std::size_t kMaxFiles = 1000;
  Program program{"musubi-unit",
                  "links encoded records and keeps their linkage keys. Runs at the trusted linkage "
                  "unit; never sees an identifier or the linkage secret.",
                  {}};
  program.commands.push_back({"init",
                              "make an empty store for one contract",
                              "STORE",
                              1,
                              1,
                              [](po::options_description* options) {
                                options->add_options()("contract",
                                                       po::value<std::string>()->value_name("FILE"),
                                                       "the contract that all holders share");
                              },
                              {"contract"},
                              Init});
  program.commands.push_back({"import",
                              "add holders' encoding files, or clkhash's, to a store",
                              "STORE FILE...",
                              2,
                              kMaxFiles,
                              [](po::options_description* options) {
                                auto add = options->add_options();
                                add("holder", po::value<std::string>()->value_name("NAME"),
                                    "of a file of CLKs: whose it is");
                                add("declares-duplicates", po::bool_switch(),
                                    "of a file of CLKs: it may hold several records of one person");
                              },
                              {},
                              Import});
  program.commands.push_back({"link",
                              "find the records of one person and give each its linkage key",
                              "STORE",
                              1,
                              1,
                              LinkOptions,
                              {},
                              LinkCommand});
  program.commands.push_back({"status",
                              "show what a store holds and what was done with it",
                              "STORE",
                              1,
                              1,
                              nullptr,
                              {},
                              StatusCommand});
  program.commands.push_back({"project add",
                              "make a project, with a key of its own for project ids",
                              "STORE NAME",
                              2,
                              2,
                              nullptr,
                              {},
                              ProjectAdd});
  program.commands.push_back(
      {"project list", "show the projects", "STORE", 1, 1, nullptr, {}, ProjectList});
  program.commands.push_back(
      {"release",
       "write each holder's map from record references to project ids",
       "STORE",
       1,
       1,
       [](po::options_description* options) {
         auto add = options->add_options();
         add("project", po::value<std::string>()->value_name("NAME"), "the project");
         add("output,o", po::value<std::string>()->value_name("FOLDER"), "a new folder");
       },
       {"project", "output"},
       ReleaseCommand});
  program.commands.push_back(InspectCommand());
  return program;
}

}  // namespace
}  // namespace musubi::cli

int main(int argc, char** argv) {
  musubi::crypto::HardenProcess();
  musubi::crypto::SystemRandom random;
  return musubi::cli::RunProgram(musubi::cli::UnitProgram(), argc, argv, &random);
}
