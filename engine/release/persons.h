// Which records were one person's at an epoch, replayed from the store's events. Names persons by
// the reference of one of their records, so that no linkage key is shown.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "core/exec_context.h"
#include "core/ids.h"
#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/atomic_file.h"
#include "storage/link_store.h"

namespace musubi::engine {

struct PersonsAt {
  struct Member {
    RecordRef ref;
    RecordRef person;  // of the record that came under the person's key first; of several the least
  };

  std::vector<Member> members;  // by reference
  std::uint64_t persons = 0;
  std::map<std::uint64_t, std::uint64_t> sizes;  // records of a person -> how many persons
  crypto::Digest256 digest{};                    // of the file that WritePersons writes
};

// A function of the events up to `epoch` alone: it gives the same for good, but for records that
// are erased.
//
// Requires: 1 <= epoch <= store->Epoch().
// Memory:   80 bytes a record.
// Errors:   kInterrupted; those of the store
Result<PersonsAt> ReplayPersons(storage::LinkStore* store, std::uint64_t epoch,
                                const ExecContext& context);

// Writes them as CSV with the columns record_ref,person_ref, of mode 0600.
//
// Errors: kExists, kIo, kInterrupted
Status WritePersons(const PersonsAt& persons, const std::filesystem::path& file,
                    storage::Overwrite overwrite, const ExecContext& context);

}  // namespace musubi::engine
