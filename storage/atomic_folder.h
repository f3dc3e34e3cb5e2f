// An output folder that appears whole or not at all.
#pragma once

#include <filesystem>

#include "core/result.h"

namespace musubi::storage {

// Fill path() and Commit: until then it is a hidden sibling of the target, of mode 0700.
// Destruction without Commit removes it with all it holds. An existing target is never replaced.
//
// Threads: one at a time.
class AtomicFolder {
 public:
  // Errors: kExists  `target` exists
  //         kIo      the folder around it does not exist or cannot be written
  static Result<AtomicFolder> Create(const std::filesystem::path& target);
  ~AtomicFolder();
  AtomicFolder(AtomicFolder&& other) noexcept;
  AtomicFolder& operator=(AtomicFolder&& other) noexcept;

  const std::filesystem::path& path() const { return temporary_; }

  // Syncs the folder itself (its files are their writers' to sync) and renames it into place.
  //
  // Errors: kExists  `target` has appeared meanwhile; kIo
  Status Commit();

 private:
  AtomicFolder(std::filesystem::path target, std::filesystem::path temporary);

  std::filesystem::path target_;
  std::filesystem::path temporary_;  // empty once committed or moved from
};

}  // namespace musubi::storage
