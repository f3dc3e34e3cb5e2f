// Changes a store in a process of its own, so that a test can kill it or race it.
//
//   store_writer hold FOLDER                 opens the store and waits to be killed
//   store_writer import FOLDER RECORDS SEED  imports RandomFile of holder "killed"
//   store_writer run FOLDER SEED             commits RandomRun over every data set
//
// Writes "r" once the store is open and "d" once the change is done. Exits with the error's code.
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "store_fixture.h"

namespace musubi::storage {
namespace {

void Tell(char what) {
  if (::write(STDOUT_FILENO, &what, 1) != 1) std::abort();
}

Status ImportRandom(LinkStore* store, std::size_t records, std::uint64_t seed) {
  const EncodingFile file = RandomFile(store->contract(), "killed", records, seed);
  Tell('r');
  const Result<DatasetInfo> imported = store->Import(file);
  return imported.ok() ? Status() : imported.error();
}

Status CommitRandom(LinkStore* store, std::uint64_t seed) {
  MUSUBI_ASSIGN_OR_RETURN(const EpochChange change, NextRun(store, seed));
  Tell('r');
  return store->CommitEpoch(change);
}

Status Run(int argc, char** argv) {
  if (argc < 3) return Error{ErrorCode::kUsage, ""};
  const std::string_view command = argv[1];
  MUSUBI_ASSIGN_OR_RETURN(LinkStore store, LinkStore::Open(argv[2]));
  if (command == "import" && argc == 5) {
    return ImportRandom(&store, std::stoul(argv[3]), std::stoul(argv[4]));
  }
  if (command == "run" && argc == 4) return CommitRandom(&store, std::stoul(argv[3]));
  if (command != "hold") return Error{ErrorCode::kUsage, ""};
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
