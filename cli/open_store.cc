#include "cli/open_store.h"

#include <algorithm>
#include <system_error>

#include "cli/identity.h"

namespace musubi::cli {

namespace fs = std::filesystem;
namespace po = boost::program_options;

namespace {

// The path without links, and without a slash at its end; what is not there stays as it is.
fs::path RealName(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) real = path;
  return real.has_filename() ? real : real.parent_path();
}

bool LiesIn(const fs::path& file, const fs::path& folder) {
  return std::ranges::mismatch(folder, file).in1 == folder.end();
}

}  // namespace

void AddStoreKey(po::options_description* options) {
  auto add = options->add_options();
  add("store-key", po::value<std::string>()->value_name("FILE"),
      "the store's key; STORE.key beside the store unless given");
  AddPassphraseSource(options, kStorePassphrase, "the store key's passphrase");
}

Status CheckOutside(const fs::path& file, const fs::path& store, const std::string& what) {
  if (!LiesIn(RealName(file), RealName(store))) return {};
  return Error{ErrorCode::kUsage,
               what +
                   " must not lie in the store's own folder, where whoever takes "
                   "the store takes it too; name another file"};
}

Result<fs::path> StoreKeyFile(const Invocation& run, const fs::path& store) {
  if (!run.Has("store-key")) return fs::path(RealName(store).string() + ".key");
  fs::path file = run.Text("store-key");
  MUSUBI_RETURN_IF_ERROR(CheckOutside(file, store, "the store's key"));
  return file;
}

Result<crypto::StoreKey> LoadStoreKey(const Invocation& run, const fs::path& store) {
  MUSUBI_RETURN_IF_ERROR(storage::LinkStore::Look(store));
  MUSUBI_ASSIGN_OR_RETURN(const fs::path file, StoreKeyFile(run, store));
  MUSUBI_ASSIGN_OR_RETURN(const auto source,
                          PassphraseSourceOf(run, file, false, kStorePassphrase));
  auto key = crypto::StoreKey::Load(file, source);
  if (!key.ok() && key.error().code == ErrorCode::kNoInput) {
    return Error{ErrorCode::kNoInput, key.error().message +
                                          "; without its key no one can open the store: name its "
                                          "file with --store-key"};
  }
  return key;
}

Result<storage::LinkStore> OpenStore(const Invocation& run) {
  return OpenStore(run, run.operands()[0]);
}

Result<storage::LinkStore> OpenStore(const Invocation& run, const fs::path& store) {
  MUSUBI_ASSIGN_OR_RETURN(const crypto::StoreKey key, LoadStoreKey(run, store));
  return storage::LinkStore::Open(store, key);
}

}  // namespace musubi::cli
