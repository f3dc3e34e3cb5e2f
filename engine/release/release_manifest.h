// What a researcher is told of an approved project's release: docs/formats/release.md. Counts and
// digests alone, and no small count. Private to engine/release.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/application.h"
#include "core/result.h"
#include "crypto/certificate.h"
#include "engine/release/small_counts.h"
#include "storage/release_documents.h"

namespace musubi::engine {

struct ReleaseManifest {
  // A file of the release.
  struct File {
    std::string name;
    crypto::Digest256 sha256{};
  };
  struct Changes {
    File file;
    std::uint64_t since_epoch = 0;
    std::uint64_t ids = 0;
  };

  storage::ReleaseOf of;
  const Application* application = nullptr;  // borrowed
  ReleaseCounts counts;
  std::vector<File> maps;  // as counts.holders
  std::optional<Changes> changes;
  std::string run_report;    // of the link run that the epoch is of; empty where it has none
  std::string despite_hold;  // why an epoch on hold was released; empty where it was not
  std::int64_t time = 0;     // Unix seconds
};

// The signed document's text.
//
// Errors: kInternal
Result<std::string> SignedManifest(const ReleaseManifest& manifest, const crypto::Identity& unit);

}  // namespace musubi::engine
