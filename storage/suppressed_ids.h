// The holder's own ids of persons who withdrew, so that they are not sent again:
// docs/formats/withdrawal.md, "Suppressed ids". It never leaves the holder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
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
  //         kBadData  it is not one, or has an id twice: the message names file, row and column
  static Result<SuppressedIds> Load(const std::filesystem::path& file);

  bool Contains(std::string_view id) const { return of_id_.contains(id); }
  std::size_t size() const { return of_id_.size(); }

  // An id that is there already keeps its withdrawal.
  void Add(std::string_view id, const WithdrawalId& withdrawal);

  // Takes out the ids of one withdrawal, and returns how many there were.
  std::size_t Remove(const WithdrawalId& withdrawal);

  // Writes them into `out`, ordered by id.
  //
  // Errors: those of `out`
  Status Write(AtomicFile* out) const;

 private:
  std::map<std::string, WithdrawalId, std::less<>> of_id_;
};

}  // namespace musubi::storage
