// The families of a link store's rows: docs/formats/store.md, "Families". Private to storage/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace musubi::storage {

// A column family. The numbers are permanent: they are hashed into the store's state.
enum class Family : std::uint8_t {
  kMeta = 0,  // RocksDB's own "default"
  kDatasets = 1,
  kEncodings = 2,
  kMembers = 3,
  kEvents = 4,
  kProjects = 5,
  kLog = 6
};

inline constexpr std::size_t kFamilies = 7;

// By Family's numbers; permanent too: each is in the label of a subkey.
inline constexpr std::array<const char*, kFamilies> kFamilyNames = {
    "default", "datasets", "encodings", "members", "events", "projects", "log"};

}  // namespace musubi::storage
