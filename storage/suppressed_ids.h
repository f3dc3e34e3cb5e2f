// The holder's own ids of persons who withdrew, so that they are not sent again:
// docs/formats/withdrawal.md, "Suppressed ids". It never leaves the holder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/result.h"
#include "storage/atomic_file.h"
#include "storage/withdrawal.h"

namespace musubi::storage {

// Threads: reading is safe from any number.
class SuppressedIds {
 public:
  SuppressedIds() = default;

  // Errors: kNoInput  there is no such file
  //         kBadData  it is not one, or has a row twice: the message names file, row and column
  static Result<SuppressedIds> Load(const std::filesystem::path& file);

  bool Contains(std::string_view id) const { return of_id_.contains(id); }
  std::size_t size() const { return of_id_.size(); }

  // An id may be there for several withdrawals: one for each encoding that had the person.
  void Add(std::string_view id, const WithdrawalId& withdrawal);

  // Takes out the ids of one withdrawal, but for those that another names too, and returns how many
  // it named.
  std::size_t Remove(const WithdrawalId& withdrawal);

  // Writes them into `out`, ordered by id and withdrawal.
  //
  // Errors: those of `out`
  Status Write(AtomicFile* out) const;

 private:
  std::map<std::string, std::set<WithdrawalId>, std::less<>> of_id_;
};

}  // namespace musubi::storage
