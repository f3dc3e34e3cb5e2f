#include "cli/release_command.h"

#include <charconv>
#include <filesystem>
#include <string>

#include "engine/release/release.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;

Result<int> Release(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto store, LinkStore::Open(run.operands()[0]));
  engine::ReleaseRequest request{run.Text("project"), run.Text("output")};
  if (run.Has("despite-hold")) request.despite_hold = run.Text("despite-hold");
  if (run.Has("epoch")) {
    const std::string& text = run.Text("epoch");
    std::uint64_t epoch = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
    if (error != std::errc() || end != text.data() + text.size()) {
      return Error{ErrorCode::kUsage, "--epoch is a whole number"};
    }
    request.epoch = epoch;
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Release(&store, request, run.context()));
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
  Json json = {{"project", receipt.project},
               {"epoch", receipt.epoch},
               {"records", receipt.records},
               {"persons", receipt.persons},
               {"maps", maps}};
  if (receipt.since) {
    const std::string file = (std::filesystem::path(run.Text("output")) / "changes.csv").string();
    json["changes"] = {
        {"file", file}, {"since_epoch", *receipt.since}, {"ids", receipt.changed_ids}};
    text += "  " + file + "  for the researcher, " + Grouped(receipt.changed_ids) +
            " ids changed since epoch " + std::to_string(*receipt.since) + "\n";
  }
  run.console().Print(json, text);
  return 0;
}

}  // namespace

Command ReleaseCommand() {
  return {"release",
          "write each holder's map from record references to project ids",
          "STORE",
          1,
          1,
          [](po::options_description* options) {
            auto add = options->add_options();
            add("project", po::value<std::string>()->value_name("NAME"), "the project");
            add("output,o", po::value<std::string>()->value_name("FOLDER"), "a new folder");
            add("epoch", po::value<std::string>()->value_name("N"),
                "as it was then (default: the last)");
            add("despite-hold", po::value<std::string>()->value_name("REASON"),
                "release an epoch that is on hold, and why, for the record");
          },
          {"project", "output"},
          Release};
}

}  // namespace musubi::cli
