#include "storage/atomic_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

Error Failed(const fs::path& path, int error) {
  const ErrorCode code =
      error == EEXIST || error == ENOTEMPTY ? ErrorCode::kExists : ErrorCode::kIo;
  return {code, "cannot write folder " + path.string() + ": " + std::strerror(error)};
}

Status SyncFolder(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Failed(path, errno);
  const int outcome = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (outcome != 0) return Failed(path, error);
  return {};
}

fs::path ParentOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

AtomicFolder::AtomicFolder(fs::path target, fs::path temporary)
    : target_(std::move(target)), temporary_(std::move(temporary)) {}

AtomicFolder::AtomicFolder(AtomicFolder&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, {})) {}

AtomicFolder& AtomicFolder::operator=(AtomicFolder&& other) noexcept {
  std::swap(target_, other.target_);
  std::swap(temporary_, other.temporary_);
  return *this;
}

AtomicFolder::~AtomicFolder() {
  std::error_code ignored;  // nothing can be done, and the folder is hidden
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

Result<AtomicFolder> AtomicFolder::Create(const fs::path& target) {
  // "out/" and "out" are one folder.
  const fs::path clean = target.has_filename() ? target : target.parent_path();
  std::error_code ignored;
  if (fs::symlink_status(clean, ignored).type() != fs::file_type::not_found) {
    return Error{ErrorCode::kExists, clean.string() + " exists; choose a new folder"};
  }
  std::string name = (ParentOf(clean) / ("." + clean.filename().string() + ".XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) return Failed(clean, errno);
  return AtomicFolder(clean, name);
}

Status AtomicFolder::Commit() {
  MUSUBI_RETURN_IF_ERROR(SyncFolder(temporary_));
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
    return Failed(target_, errno);
  }
  temporary_.clear();
  return SyncFolder(ParentOf(target_));
}

}  // namespace musubi::storage
