#include "cli/import_command.h"

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "cli/clearance_text.h"
#include "cli/identity.h"
#include "cli/open_store.h"
#include "storage/audit_clearance.h"
#include "storage/clks_dataset.h"
#include "storage/encoding_file.h"
#include "storage/hidden_file.h"
#include "storage/link_store.h"
#include "storage/sealed_package.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;
using storage::LinkStore;

// A file's records, and what vouches for them.
struct Incoming {
  storage::EncodingFile file;
  std::optional<storage::VerifiedPackage> package;  // none where it came unsealed
};

// A file of CLKs, which does not say whose it is.
Result<storage::EncodingFile> ReadClks(const Invocation& run, const std::string& file,
                                       const Contract& contract) {
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

// Reads what the files of one command hold. Sees no store but its policy and its packages' ids.
class IncomingReader {
 public:
  IncomingReader(const Invocation& run, const LinkStore& store, std::filesystem::path folder)
      : run_(run),
        store_(store),
        folder_(std::move(folder)),
        holders_(storage::OfRole(store.policy().trusted, crypto::Role::kHolder)),
        bodies_(storage::OfRole(store.policy().trusted, crypto::Role::kReview)) {}

  Result<Incoming> Read(const std::string& file) {
    if (storage::LooksLikePackage(file)) return ReadPackage(file);
    if (!holders_.empty() && !run_.Flag("allow-unsealed")) {
      return Error{
          ErrorCode::kRefused,
          file +
              " is not sealed, and this store takes sealed packages of its trusted holders "
              "only; have its holder encode with --to and --sign, or pass "
              "--allow-unsealed if you know where it comes from"};
    }
    auto encoding = storage::LooksLikeClks(file)
                        ? ReadClks(run_, file, store_.contract())
                        : storage::ReadEncodingFile(file, store_.contract(), run_.context());
    if (!encoding.ok()) return encoding.error();
    return Incoming{std::move(encoding).value(), std::nullopt};
  }

 private:
  // The unit's own key, asked for when the first package comes.
  Status LoadKey(const std::string& file) {
    if (identity_) return {};
    if (!run_.Has("key")) {
      return Error{ErrorCode::kUsage,
                   file + " is a sealed package; name the unit's private key with --key"};
    }
    MUSUBI_ASSIGN_OR_RETURN(auto identity, LoadIdentity(run_, "key", crypto::Role::kUnit));
    identity_ = std::move(identity);
    return {};
  }

  Result<Incoming> ReadPackage(const std::string& file) {
    if (holders_.empty()) {
      return Error{ErrorCode::kRefused,
                   file +
                       " is a sealed package, and this store trusts no holder's certificate; "
                       "compare its sender's fingerprint with them, then run trust add"};
    }
    MUSUBI_RETURN_IF_ERROR(LoadKey(file));
    storage::PackageExpectation expectation;
    expectation.kind = storage::PackageKind::kEncoding;
    expectation.sender_role = crypto::Role::kHolder;
    expectation.senders = holders_;
    expectation.recipient = identity_->certificate().fingerprint();
    expectation.contract = crypto::FingerprintOf(store_.contract());
    MUSUBI_ASSIGN_OR_RETURN(auto reader,
                            storage::PackageReader::Open(file, expectation, run_.context()));
    const storage::PackageId package = reader.manifest().id;
    if (const Status is_new = store_.AdmitPackage(package); !is_new.ok()) {
      return Error{is_new.error().code, file + ": " + is_new.error().message};
    }
    MUSUBI_ASSIGN_OR_RETURN(auto cleared, CheckClearance(file, reader));
    MUSUBI_ASSIGN_OR_RETURN(auto encoding, Open(file, &reader));
    if (encoding.manifest.holder != reader.sender().name()) {
      return Error{ErrorCode::kRefused,
                   file + ": it holds records of the holder " + encoding.manifest.holder +
                       ", but " + reader.sender().name() + " signed it; each holder sends its own"};
    }
    return Incoming{std::move(encoding), storage::VerifiedPackage{package, std::move(cleared)}};
  }

  // What let the encoding leave, once it is found to hold. Of a passed audit the sender's word is
  // taken; an override is held against the review bodies that the store pins.
  Result<storage::Cleared> CheckClearance(const std::string& file,
                                          const storage::PackageReader& reader) const {
    const storage::Clearance& clearance = *reader.manifest().clearance;
    if (clearance.passed) return storage::Cleared{clearance, {}};
    if (bodies_.empty()) {
      return Error{ErrorCode::kRefused,
                   file +
                       ": two review bodies overrode its audit, and this store trusts none; "
                       "compare their fingerprints with them, then run trust add"};
    }
    std::vector<storage::OverrideFile> overrides;
    for (const std::string& text : clearance.overrides) {
      overrides.push_back({file + ": override " + std::to_string(overrides.size() + 1), text});
    }
    MUSUBI_ASSIGN_OR_RETURN(
        const auto in_force,
        storage::CheckOverrides(overrides, {reader.manifest().contract, reader.sender().name(),
                                            reader.manifest().created, bodies_}));
    return storage::Cleared{clearance, in_force.signers};
  }

  // The encoding file in a package, by way of a file without a name beside the store's own.
  Result<storage::EncodingFile> Open(const std::string& file, storage::PackageReader* reader) {
    MUSUBI_ASSIGN_OR_RETURN(auto hidden, storage::HiddenFile::Create(folder_));
    MUSUBI_RETURN_IF_ERROR(reader->Read(
        *identity_, [&hidden](std::span<const std::uint8_t> bytes) { return hidden.Write(bytes); },
        run_.context()));
    MUSUBI_ASSIGN_OR_RETURN(auto descriptor, hidden.Take());
    return storage::ReadEncodingFile(std::move(descriptor), file, store_.contract(),
                                     run_.context());
  }

  const Invocation& run_;
  const LinkStore& store_;
  const std::filesystem::path folder_;
  const std::vector<crypto::Certificate> holders_;  // whose packages the store takes
  const std::vector<crypto::Certificate> bodies_;   // whose overrides
  std::optional<crypto::Identity> identity_;
};

std::string Vouched(const Incoming& incoming, const Contract& contract) {
  if (contract.profile() == Profile::kClkhash && !incoming.package) {
    return " records; CLKs prove neither their secret nor their schema";
  }
  std::string text = " records  contract ok  key check ok";
  if (incoming.package) text += "  signature ok  " + TextOf(incoming.package->cleared);
  return text;
}

// What came in of one file.
struct Imported {
  storage::DatasetInfo info;
  std::string text;  // for people
};

Result<Imported> ImportFile(const Invocation& run, const std::string& name, IncomingReader* reader,
                            LinkStore* store) {
  std::error_code unknown;
  const std::uint64_t bytes = std::filesystem::file_size(name, unknown);
  run.context().Stage("read " + name, unknown ? 0 : bytes);
  MUSUBI_ASSIGN_OR_RETURN(const Incoming incoming, reader->Read(name));
  run.context().Stage("import " + name, incoming.file.records.rows());
  const auto info = store->Import(incoming.file, run.context(), incoming.package);
  if (!info.ok()) return Error{info.error().code, name + ": " + info.error().message};
  const auto& manifest = info.value().manifest;
  return Imported{info.value(), Left(manifest.holder, 18) + Right(Grouped(manifest.records), 12) +
                                    Vouched(incoming, store->contract()) + Planted(manifest) +
                                    "\n"};
}

Result<int> Import(const Invocation& run) {
  const std::string& folder = run.operands()[0];
  MUSUBI_ASSIGN_OR_RETURN(auto store, OpenStore(run));
  IncomingReader reader(run, store, folder);
  Json imported = Json::array();
  std::string text;
  for (std::size_t i = 1; i < run.operands().size(); ++i) {
    const std::string& name = run.operands()[i];
    const std::string before =
        imported.empty() ? "" : "; the " + std::to_string(imported.size()) + " before it are in";
    if (run.context().stopped()) {
      return Error{ErrorCode::kInterrupted, "interrupted at " + name + before};
    }
    const auto outcome = storage::Logged(&store, {storage::LogKind::kImport}, run.context(),
                                         ImportFile(run, name, &reader, &store));
    if (!outcome.ok()) return Error{outcome.error().code, outcome.error().message + before};
    const storage::DatasetInfo& info = outcome.value().info;
    imported.push_back({{"file", name},
                        {"dataset", info.id},
                        {"holder", info.manifest.holder},
                        {"records", info.manifest.records},
                        {"planted", info.manifest.planted},
                        {"sealed", info.cleared.has_value()}});
    if (info.cleared) imported.back()["audit"] = JsonOf(*info.cleared);
    text += outcome.value().text;
  }
  run.console().EndStages();
  run.console().Print({{"imported", imported}, {"stages", run.console().StageSeconds()}}, text);
  return 0;
}

}  // namespace

std::string Planted(const storage::EncodingManifest& manifest) {
  return manifest.planted == 0 ? "" : ", " + Grouped(manifest.planted) + " planted copies";
}

Command ImportCommand() {
  constexpr std::size_t kMaxFiles = 1000;
  Command command;
  command.name = "import";
  command.summary = "add holders' sealed packages or encoding files, or clkhash's, to a store";
  command.operands = "STORE FILE...";
  command.min_operands = 2;
  command.max_operands = kMaxFiles;
  command.options = [](po::options_description* options) {
    auto add = options->add_options();
    add("key", po::value<std::string>()->value_name("KEY"),
        "of sealed packages: the unit's private key");
    add("cert", po::value<std::string>()->value_name("CRT"),
        "its certificate; NAME.crt beside NAME.key unless given");
    AddPassphraseSource(options);
    add("allow-unsealed", po::bool_switch(),
        "take files that are not sealed, though the store trusts certificates");
    add("holder", po::value<std::string>()->value_name("NAME"), "of a file of CLKs: whose it is");
    add("declares-duplicates", po::bool_switch(),
        "of a file of CLKs: it may hold several records of one person");
  };
  command.run = Import;
  return command;
}

}  // namespace musubi::cli
