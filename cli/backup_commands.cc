#include "cli/backup_commands.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "cli/identity.h"
#include "cli/open_store.h"
#include "core/ids.h"
#include "core/utc_time.h"
#include "crypto/keyring.h"
#include "storage/link_store.h"

namespace musubi::cli {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using crypto::BackupId;
using crypto::BackupKey;
using crypto::Keyring;
using crypto::Passphrase;
using storage::LinkStore;

std::string HexOf(const BackupId& id) { return ToHex(id.data(), id.size()); }

// A keyring and the passphrase that its file is sealed under, if it has one.
struct OpenKeyring {
  Keyring keyring;
  std::optional<Passphrase> words;

  Status Save(const Invocation& run, const fs::path& file) const {
    return keyring.Save(file, words ? &*words : nullptr, *run.context().random);
  }
};

Result<OpenKeyring> LoadKeyring(const Invocation& run, const fs::path& file) {
  MUSUBI_ASSIGN_OR_RETURN(const auto source,
                          PassphraseSourceOf(run, file, false, kKeyringPassphrase));
  std::optional<Passphrase> words;
  const auto remember = [&]() -> Result<Passphrase> {
    MUSUBI_ASSIGN_OR_RETURN(Passphrase asked, source());
    words = Passphrase::Of(asked.bytes());
    return asked;
  };
  MUSUBI_ASSIGN_OR_RETURN(Keyring keyring, Keyring::Load(file, remember));
  return OpenKeyring{std::move(keyring), std::move(words)};
}

// The keyring of a store's backups, which is made where there is none.
Result<OpenKeyring> KeyringFor(const Invocation& run, const fs::path& file,
                               const crypto::StoreKey& key) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    MUSUBI_ASSIGN_OR_RETURN(OpenKeyring opened, LoadKeyring(run, file));
    if (opened.keyring.store_key().SameAs(key)) return opened;
    return Error{ErrorCode::kRefused,
                 file.string() + " is the keyring of another store; name another with --keys"};
  }
  MUSUBI_ASSIGN_OR_RETURN(auto words, NewPassphrase(run, file, kKeyringPassphrase));
  crypto::SecureBytes copy(crypto::StoreKey::kBytes);
  std::ranges::copy(key.bytes(), copy.mutable_bytes().begin());
  return OpenKeyring{Keyring(crypto::StoreKey::Of(std::move(copy))), std::move(words)};
}

Result<BackupKey> NewBackupKey(const ExecContext& context) {
  BackupKey backup{{}, context.clock->UnixSeconds(), 0, 0, crypto::SecureBytes(32)};
  MUSUBI_RETURN_IF_ERROR(context.random->Fill(backup.id));
  MUSUBI_RETURN_IF_ERROR(context.random->Fill(backup.key.mutable_bytes()));
  return backup;
}

// Logs the backup, keeps its key, and only then writes it: so none is unknown, or without a key.
Result<BackupId> MakeBackup(const Invocation& run, LinkStore* store, OpenKeyring* keys) {
  const fs::path file = run.Text("output");
  const fs::path keyring_file = run.Text("keys");
  MUSUBI_RETURN_IF_ERROR(keys->keyring.HasRoom());
  MUSUBI_ASSIGN_OR_RETURN(BackupKey backup, NewBackupKey(run.context()));
  const BackupId id = backup.id;
  MUSUBI_ASSIGN_OR_RETURN(const storage::BackupHead head, store->BeginBackup(id, run.context()));
  backup.commit = head.commit;
  backup.epoch = head.epoch;
  keys->keyring.Add(std::move(backup));
  MUSUBI_RETURN_IF_ERROR(keys->Save(run, keyring_file));
  const Status written =
      store->WriteBackup(file, run.overwrite(), *keys->keyring.Find(id), run.context());
  if (written.ok()) return id;
  keys->keyring.Forget([&](const BackupKey& other) { return other.id == id; });
  MUSUBI_RETURN_IF_ERROR(keys->Save(run, keyring_file));
  return written.error();
}

Result<int> Backup(const Invocation& run) {
  const fs::path store_folder = run.operands()[0];
  const fs::path file = run.Text("output");
  const fs::path keyring_file = run.Text("keys");
  MUSUBI_RETURN_IF_ERROR(CheckOutside(file, store_folder, "a backup"));
  MUSUBI_RETURN_IF_ERROR(CheckOutside(keyring_file, store_folder, "the keyring"));
  std::error_code ignored;
  if (!run.Flag("force") && fs::exists(file, ignored)) {
    return Error{ErrorCode::kExists,
                 file.string() + " exists; choose another name, or replace it with --force"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const crypto::StoreKey key, LoadStoreKey(run, store_folder));
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, LinkStore::Open(store_folder, key));
  MUSUBI_ASSIGN_OR_RETURN(OpenKeyring keys, KeyringFor(run, keyring_file, key));
  MUSUBI_ASSIGN_OR_RETURN(const BackupId id, MakeBackup(run, &store, &keys));
  run.console().EndStages();
  run.console().Print(
      {{"backup", file.string()}, {"id", HexOf(id)}, {"keys", keyring_file.string()}},
      "made backup " + HexOf(id) + "\n" + file.string() + "  is sealed under a key of its own\n" +
          keyring_file.string() + "  has that key: keep it apart from both\n");
  return 0;
}

// The key file of a store that is restored: the one that is there, or a new one. Tells whether it
// is new.
Result<bool> PutStoreKey(const Invocation& run, const crypto::StoreKey& key, const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    MUSUBI_ASSIGN_OR_RETURN(const auto words, NewPassphrase(run, file, kStorePassphrase));
    MUSUBI_RETURN_IF_ERROR(key.Save(file, words ? &*words : nullptr, *run.context().random));
    return true;
  }
  MUSUBI_ASSIGN_OR_RETURN(const auto source,
                          PassphraseSourceOf(run, file, false, kStorePassphrase));
  MUSUBI_ASSIGN_OR_RETURN(const crypto::StoreKey there, crypto::StoreKey::Load(file, source));
  if (there.SameAs(key)) return false;
  return Error{ErrorCode::kRefused, file.string() +
                                        " is the key of another store; name a new file with "
                                        "--store-key"};
}

Result<int> Restore(const Invocation& run) {
  const fs::path file = run.operands()[0];
  const fs::path folder = run.Text("output");
  MUSUBI_ASSIGN_OR_RETURN(const BackupId id, storage::ReadBackupId(file));
  MUSUBI_ASSIGN_OR_RETURN(const OpenKeyring keys, LoadKeyring(run, run.Text("keys")));
  const BackupKey* const backup = keys.keyring.Find(id);
  if (backup == nullptr) {
    return Error{ErrorCode::kRefused, file.string() +
                                          ": the keyring has no key of this backup: it was "
                                          "forgotten, or is in another keyring"};
  }
  std::error_code ignored;
  if (fs::exists(folder, ignored)) {
    return Error{ErrorCode::kExists, folder.string() + " exists; choose a new folder"};
  }
  MUSUBI_ASSIGN_OR_RETURN(const fs::path key_file, StoreKeyFile(run, folder));
  MUSUBI_ASSIGN_OR_RETURN(const bool is_new, PutStoreKey(run, keys.keyring.store_key(), key_file));
  const auto head =
      LinkStore::Restore(file, *backup, keys.keyring.store_key(), folder, run.context());
  if (!head.ok()) {
    if (is_new) fs::remove(key_file, ignored);
    return head.error();
  }
  run.console().EndStages();
  const std::string state = crypto::ToHex(head.value().state);
  run.console().Print({{"store", folder.string()},
                       {"id", HexOf(id)},
                       {"key", key_file.string()},
                       {"commit", head.value().commit},
                       {"epoch", head.value().epoch},
                       {"state", state}},
                      "restored " + folder.string() + " as it was at change " +
                          Grouped(head.value().commit) + ", epoch " + Grouped(head.value().epoch) +
                          "; all of it was verified\nstate " + state + "\n");
  return 0;
}

Json JsonOf(const BackupKey& backup) {
  return {{"id", HexOf(backup.id)},
          {"time", FormatUtc(backup.time)},
          {"commit", backup.commit},
          {"epoch", backup.epoch}};
}

void Show(const Invocation& run, const Keyring& keyring) {
  Json json = Json::array();
  std::string text;
  for (const BackupKey& backup : keyring.backups()) {
    json.push_back(JsonOf(backup));
    text += HexOf(backup.id) + "  " + FormatUtc(backup.time) + "  change " +
            Grouped(backup.commit) + ", epoch " + Grouped(backup.epoch) + "\n";
  }
  run.console().Print({{"backups", json}}, text);
}

Result<int> List(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const OpenKeyring keys, LoadKeyring(run, run.operands()[0]));
  Show(run, keys.keyring);
  return 0;
}

Result<int> Forget(const Invocation& run) {
  if (run.Has("id") == run.Has("before")) {
    return Error{ErrorCode::kUsage, "name the backups by one of --id and --before"};
  }
  std::uint64_t before = 0;
  if (run.Has("before")) {
    MUSUBI_ASSIGN_OR_RETURN(before, CountOf(run, "before"));
  }
  const fs::path file = run.operands()[0];
  MUSUBI_ASSIGN_OR_RETURN(OpenKeyring keys, LoadKeyring(run, file));
  const auto is_forgotten = [&](const BackupKey& backup) {
    return run.Has("id") ? HexOf(backup.id) == run.Text("id") : backup.commit < before;
  };
  if (run.Has("store")) {
    MUSUBI_ASSIGN_OR_RETURN(LinkStore store, OpenStore(run, run.Text("store")));
    for (const BackupKey& backup : keys.keyring.backups()) {
      if (is_forgotten(backup)) {
        MUSUBI_RETURN_IF_ERROR(store.LogForgotten(backup.id, run.context()));
      }
    }
  }
  if (keys.keyring.Forget(is_forgotten) == 0) {
    return Error{ErrorCode::kNoInput, "the keyring has no such backup; see backups"};
  }
  MUSUBI_RETURN_IF_ERROR(keys.Save(run, file));
  Show(run, keys.keyring);
  return 0;
}

void AddKeys(po::options_description* options) {
  options->add_options()("keys", po::value<std::string>()->value_name("KEYRING"),
                         "the file with the keys of the store's backups");
  AddPassphraseSource(options, kKeyringPassphrase, "the keyring's passphrase");
}

void AddOutput(po::options_description* options, const char* name, const char* help) {
  options->add_options()("output,o", po::value<std::string>()->value_name(name), help);
}

void AddNoPassphrase(po::options_description* options, const char* help) {
  options->add_options()("no-passphrase", po::bool_switch(), help);
}

void BackupOptions(po::options_description* options) {
  AddOutput(options, "FILE", "the backup");
  AddKeys(options);
  AddNoPassphrase(options, "where there is no keyring yet: make it without a passphrase");
}

void RestoreOptions(po::options_description* options) {
  AddOutput(options, "STORE", "the folder of the restored store");
  AddKeys(options);
  AddStoreKey(options);
  AddNoPassphrase(options, "where the store's key has no file yet: make it without a passphrase");
}

void ListOptions(po::options_description* options) {
  AddPassphraseSource(options, kKeyringPassphrase, "the keyring's passphrase");
}

void ForgetOptions(po::options_description* options) {
  auto add = options->add_options();
  add("id", po::value<std::string>()->value_name("ID"), "the backup of this id");
  add("before", po::value<std::string>()->value_name("CHANGE"),
      "all that were made before the store's change of this number");
  add("store", po::value<std::string>()->value_name("STORE"),
      "the store whose log is to tell of it");
  ListOptions(options);
  AddStoreKey(options);
}

}  // namespace

std::vector<Command> BackupCommands() {
  return {{"backup",
           "write all of a store into one file, sealed under a key of its own",
           "STORE",
           1,
           1,
           BackupOptions,
           {"output", "keys"},
           Backup},
          {"restore",
           "make a store of a backup",
           "FILE",
           1,
           1,
           RestoreOptions,
           {"output", "keys"},
           Restore},
          {"backups",
           "show the backups that a keyring has the keys of",
           "KEYRING",
           1,
           1,
           ListOptions,
           {},
           List},
          {"backups forget",
           "destroy keys of backups, which no one can open then",
           "KEYRING",
           1,
           1,
           ForgetOptions,
           {},
           Forget}};
}

}  // namespace musubi::cli
