// The records under some linkage keys while proposals are carried out. Private to engine/review.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "storage/link_store.h"

namespace musubi::engine {

// Threads: one at a time.
class KeyChanges {
 public:
  // Reads the records of the keys that `proposals` name.
  //
  // Errors: those of the store
  static Result<KeyChanges> Load(storage::LinkStore* store,
                                 const std::vector<storage::Proposal>& proposals);

  // Moves a proposal's records to `to`.
  //
  // Errors: kRefused  they are no longer under the key that it names; of a merge, they are no
  // longer
  //                   all that the key has; of a split, they are all by now; or the key that they
  //                   would join has no record any more
  Status Apply(const storage::Proposal& proposal, const LinkageKey& to);

  // Errors: kRefused  two records of a holder that declares no duplicates are under one key
  Status CheckHolders() const;

  // What moved, each record once, and how many of the keys have no record any more.
  std::vector<storage::Move> Moves(std::uint64_t epoch) const;
  std::uint64_t retired() const;

 private:
  struct Holder {
    std::string name;
    bool declares_duplicates = false;
  };

  std::map<std::uint32_t, Holder> holder_of_;          // by data set
  std::map<LinkageKey, std::set<RecordRef>> records_;  // of the keys concerned
  std::map<RecordRef, std::uint32_t> dataset_of_;      // of those records
  std::map<RecordRef, LinkageKey> moved_;
  std::map<LinkageKey, std::uint64_t> last_change_;  // the proposal that added to a key
};

}  // namespace musubi::engine
