#include "cli/release_command.h"

#include <filesystem>
#include <optional>
#include <string>

#include "cli/identity.h"
#include "cli/open_store.h"
#include "engine/release/release.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;

Result<engine::ReleaseRequest> RequestOf(const Invocation& run) {
  engine::ReleaseRequest request{run.Text("project"), run.Text("output")};
  if (run.Has("despite-hold")) request.despite_hold = run.Text("despite-hold");
  if (run.Has("epoch")) {
    MUSUBI_ASSIGN_OR_RETURN(request.epoch, CountOf(run, "epoch"));
  }
  MUSUBI_ASSIGN_OR_RETURN(request.seal.recipients, LoadCertificates(run.Texts("to")));
  return request;
}

void Show(const Invocation& run, const engine::ReleaseReceipt& receipt) {
  const std::filesystem::path folder = run.Text("output");
  Json maps = Json::array();
  std::string text = "released project " + receipt.project + " at epoch " +
                     std::to_string(receipt.epoch) + ": " + Grouped(receipt.records) +
                     " records of " + Grouped(receipt.persons) + " persons\n";
  for (const auto& map : receipt.maps) {
    const std::string file = (folder / map.file).string();
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
    const std::string file = (folder / receipt.changes_file).string();
    json["changes"] = {
        {"file", file}, {"since_epoch", *receipt.since}, {"ids", receipt.changed_ids}};
    text += "  " + file + "  for the researcher, " + Grouped(receipt.changed_ids) +
            " ids changed since epoch " + std::to_string(*receipt.since) + "\n";
  }
  run.console().Print(json, text);
}

Result<int> Release(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(auto request, RequestOf(run));
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  std::optional<crypto::Identity> unit;
  if (run.Has("key")) {
    MUSUBI_ASSIGN_OR_RETURN(unit, LoadIdentity(run, "key", crypto::Role::kUnit));
    request.seal.unit = &*unit;
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Release(&store, request, run.context()));
  Show(run, receipt);
  return 0;
}

}  // namespace

Command ReleaseCommand() {
  return {"release",
          "write, or seal, each holder's map from record references to project ids",
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
            add("key", po::value<std::string>()->value_name("KEY"),
                "of an approved project: the unit's private key, to sign with");
            add("cert", po::value<std::string>()->value_name("CRT"),
                "its certificate; NAME.crt beside NAME.key unless given");
            AddPassphraseSource(options);
            add("to", po::value<std::vector<std::string>>()->value_name("CRT"),
                "of an approved project: the certificate to seal a file to, of a holder of which "
                "the store trusts several, or of the researcher from the second release on");
          },
          {"project", "output"},
          Release};
}

}  // namespace musubi::cli
