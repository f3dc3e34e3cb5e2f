// LinkStore: backups of it, and stores made of them.

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "storage/atomic_folder.h"
#include "storage/backup_file.h"
#include "storage/link_store_state.h"
#include "storage/store_folder.h"

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

// The names that a backup gives the files in `checkpoint`: the store's own, then the database's in
// their order.
Result<std::vector<std::string>> FilesOf(const fs::path& checkpoint) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(checkpoint / kDatabaseFolder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    names.push_back(std::string(kDatabaseFolder) + "/" + entry->path().filename().string());
  }
  if (error) {
    return Error{ErrorCode::kIo, "cannot read " + checkpoint.string() + ": " + error.message()};
  }
  std::ranges::sort(names);
  names.insert(names.begin(), {kFormatFile, kContractFile, kWitnessFile});
  return names;
}

// Removes a folder when it dies.
class Removed {
 public:
  explicit Removed(fs::path folder) : folder_(std::move(folder)) {}
  ~Removed() {
    std::error_code ignored;  // what stays is removed when the store is next opened
    fs::remove_all(folder_, ignored);
  }
  Removed(const Removed&) = delete;
  Removed& operator=(const Removed&) = delete;

 private:
  fs::path folder_;
};

LogEvent EventOf(LogKind kind, const crypto::BackupId& id) {
  LogEvent event{kind};
  event.digests["backup"] = crypto::Sha256(id);
  return event;
}

}  // namespace

Result<BackupHead> LinkStore::BeginBackup(const crypto::BackupId& id, const ExecContext& context) {
  MUSUBI_RETURN_IF_ERROR(state_->Log(EventOf(LogKind::kBackup, id), context));
  return BackupHead{state_->head.commit, state_->head.epoch, state_->head.state};
}

Status LinkStore::LogForgotten(const crypto::BackupId& id, const ExecContext& context) {
  return state_->Log(EventOf(LogKind::kForget, id), context);
}

Status LinkStore::WriteBackup(const fs::path& file, Overwrite overwrite,
                              const crypto::BackupKey& key, const ExecContext& context) {
  State& store = *state_;
  MUSUBI_RETURN_IF_ERROR(store.Usable());
  const fs::path checkpoint = store.folder / kCheckpointFolder;
  std::error_code error;
  if (!fs::create_directory(checkpoint, error)) {
    return Error{ErrorCode::kIo, "cannot make " + checkpoint.string() + ": " + error.message()};
  }
  const Removed removed(checkpoint);
  MUSUBI_RETURN_IF_ERROR(store.rocks.Checkpoint(checkpoint / kDatabaseFolder));
  for (const char* name : {kFormatFile, kContractFile, kWitnessFile}) {
    fs::copy_file(store.folder / name, checkpoint / name, error);
    if (error) {
      return Error{ErrorCode::kIo, "cannot copy " + std::string(name) + ": " + error.message()};
    }
  }
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<std::string> names, FilesOf(checkpoint));
  context.Stage("back up " + std::to_string(names.size()) + " files");
  return WriteBackupFile(file, overwrite, key,
                         {store.head.commit, store.head.epoch, store.head.state}, checkpoint, names,
                         context);
}

Result<BackupHead> LinkStore::Restore(const fs::path& file, const crypto::BackupKey& key,
                                      const crypto::StoreKey& store_key, const fs::path& folder,
                                      const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFolder made, AtomicFolder::Create(folder));
  std::error_code error;
  if (!fs::create_directory(made.path() / kDatabaseFolder, error)) {
    return Error{ErrorCode::kIo, "cannot make " + folder.string() + ": " + error.message()};
  }
  MUSUBI_ASSIGN_OR_RETURN(const BackupHead head, ReadBackupFile(file, key, made.path(), context));
  MUSUBI_RETURN_IF_ERROR(WriteStoreFile(made.path() / kLockFile, ""));
  {
    MUSUBI_ASSIGN_OR_RETURN(LinkStore store, Open(made.path(), store_key));
    MUSUBI_ASSIGN_OR_RETURN(const StoreCheck check, store.Verify(context));
    if (check.commit != head.commit || check.state != head.state) {
      return Error{ErrorCode::kBadData, file.string() +
                                            " is damaged: its files are of another state "
                                            "than it says; take another backup"};
    }
    MUSUBI_RETURN_IF_ERROR(store.state_->Log(EventOf(LogKind::kRestore, key.id), context));
  }
  MUSUBI_RETURN_IF_ERROR(SyncTree(made.path()));
  MUSUBI_RETURN_IF_ERROR(made.Commit());
  return head;
}

}  // namespace musubi::storage
