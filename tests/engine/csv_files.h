// CSV files of one test, and project ids to put into them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "core/ids.h"
#include "core/project_id.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::engine {

// A folder of text files.
class CsvFolder {
 public:
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  // Writes a file of these rows, and returns its path.
  std::filesystem::path Write(const std::string& name, std::string_view text) const {
    std::ofstream out(folder_ / name, std::ios::binary);
    out << text;
    out.close();
    MUSUBI_CHECK(out.good());
    return folder_ / name;
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  bool Has(const std::string& name) const { return std::filesystem::exists(folder_ / name); }

  // Everything in it, hidden files too.
  std::vector<std::string> Names() const { return folder_.Names(); }

 private:
  crypto::TemporaryFolder folder_;
};

// A valid project id for each number. A higher number has a higher id.
inline std::string ProjectId(std::uint8_t number) {
  return FormatProjectId(std::array<std::uint8_t, 13>{number});
}

// A record reference for each number.
inline std::string Ref(std::uint8_t number) { return ToHex(RecordRef{{number, 0xCA, 0xFE}}); }

}  // namespace musubi::engine
