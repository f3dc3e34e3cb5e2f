// Changes a store in a process of its own, so that a test can kill it or race it.
//
//   store_writer hold FOLDER                          opens the store and waits to be killed
//   store_writer import FOLDER SEED RECORDS [FAULT]   imports RandomFile of holder "killed"
//   store_writer refuse FOLDER SEED 0 [FAULT]         logs that a model was not to be trusted
//   store_writer withdraw FOLDER SEED RECORDS [FAULT] erases records of the first data set
//   store_writer run FOLDER SEED MAX_ROWS [FAULT]     commits RandomRun over every data set, with
//                                                     StoreOptions::max_rows_in_memory
//
// FAULT is `kill` or `full`, and the number of the disk's step at which it strikes. Writes "r" once
// the store is open, "s" after the change where the fault struck, and "d" once the change is done.
// Exits with the error's code.
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "disk_faults.h"
#include "store_fixture.h"

namespace musubi::storage {
namespace {

struct Command {
  std::string_view name;
  std::uint64_t seed = 0;
  std::size_t size = 0;  // records, or rows
  DiskFault fault = DiskFault::kKill;
  long step = 0;  // 0: no fault
};

void Tell(char what) {
  if (::write(STDOUT_FILENO, &what, 1) != 1) std::abort();
}

// Makes a change under the fault of `command`.
template <typename Make>
Status UnderFault(const Command& command, Make make) {
  Tell('r');
  if (command.step != 0) ArmDiskFault(command.fault, command.step);
  const Status made = make();
  if (DisarmDiskFault()) Tell('s');
  return made;
}

Status ImportRandom(LinkStore* store, const Command& command) {
  const EncodingFile file = WithCopies(
      store->contract(), RandomFile(store->contract(), "killed", command.size, command.seed),
      command.size / 4);
  return UnderFault(command, [&]() -> Status {
    const Result<DatasetInfo> imported = store->Import(file);
    return imported.ok() ? Status() : imported.error();
  });
}

Status CommitRandom(LinkStore* store, const Command& command) {
  MUSUBI_ASSIGN_OR_RETURN(const EpochChange change, NextRun(store, command.seed));
  return UnderFault(command, [&] { return store->CommitEpoch(change); });
}

Status WithdrawSome(LinkStore* store, const Command& command) {
  MUSUBI_ASSIGN_OR_RETURN(const EncodingSet records, Load(store, 1));
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t epoch, store->Epoch());
  Withdrawal withdrawal;
  withdrawal.epoch = epoch + 1;
  withdrawal.request.id.bytes.fill(static_cast<std::uint8_t>(command.seed));
  withdrawal.request.holder = "clinic";
  withdrawal.request.records.assign(
      records.refs.begin(), records.refs.begin() + static_cast<std::ptrdiff_t>(command.size));
  withdrawal.records = command.size;
  return UnderFault(command, [&] { return store->CommitWithdrawal(withdrawal); });
}

Status Run(int argc, char** argv) {
  if (argc != 3 && argc != 5 && argc != 7) return Error{ErrorCode::kUsage, ""};
  Command command{argv[1]};
  if (argc >= 5) {
    command.seed = std::stoul(argv[3]);
    command.size = std::stoul(argv[4]);
  }
  if (argc == 7) {
    if (std::string_view(argv[5]) == "full") command.fault = DiskFault::kFull;
    command.step = std::stol(argv[6]);
  }
  StoreOptions options;
  if (command.name == "run") options.max_rows_in_memory = command.size;
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store,
                          LinkStore::Open(argv[2], crypto::TestStoreKey(), options));
  if (command.name == "import") return ImportRandom(&store, command);
  if (command.name == "run") return CommitRandom(&store, command);
  if (command.name == "withdraw") return WithdrawSome(&store, command);
  if (command.name == "refuse") {
    return UnderFault(command, [&] { return store.LogModelRefusal({}); });
  }
  Tell('r');
  for (;;) ::pause();
}

}  // namespace
}  // namespace musubi::storage

int main(int argc, char** argv) {
  const musubi::Status status = musubi::storage::Run(argc, argv);
  if (!status.ok()) return static_cast<int>(status.error().code);
  musubi::storage::Tell('d');
  return 0;
}
