// A folder for one test, and looks at files that std::filesystem has no words for.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/crypto/bytes.h"

namespace musubi::crypto {

// Makes an empty folder, and removes it with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = testing::TempDir() + "musubi-crypto-XXXXXX";
    MUSUBI_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  // The names in it, hidden ones too.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

 private:
  std::filesystem::path path_;
};

inline void WriteFile(const std::filesystem::path& file, const Bytes& bytes, mode_t mode) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  MUSUBI_CHECK(out.good() && chmod(file.c_str(), mode) == 0);
}

inline Bytes ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  MUSUBI_CHECK(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline mode_t ModeOf(const std::filesystem::path& file) {
  struct stat status {};
  MUSUBI_CHECK(lstat(file.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace musubi::crypto
