// What bad packages are made of: a good one, with one thing changed. Private to these tests.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/storage/bad_packages.h"
#include "tests/storage/package_samples.h"

namespace musubi::storage {

using nlohmann::json;

inline constexpr ErrorCode kBad = ErrorCode::kBadData;

inline Bytes First(const Bytes& bytes, std::size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

// A good package and its pieces, and a list of bad ones.
class BadPackageMaker {
 protected:
  void Add(const std::string& name, Bytes bytes, ErrorCode code, const std::string& reason) {
    made_.push_back({name, std::move(bytes), code, reason});
  }
  void AddMembers(const std::string& name, const std::vector<TarMember>& members,
                  const std::string& reason) {
    Add(name, TarOf(members), kBad, reason);
  }
  // A good archive whose manifest, signed by alpha, is this text.
  void AddText(const std::string& name, const std::string& text, ErrorCode code,
               const std::string& reason) {
    Add(name, TarOf(MembersOf(Signed(text), pieces_.segments)), code, reason);
  }
  // Likewise with what `change` makes of the manifest's JSON.
  void AddJson(const std::string& name, const std::function<void(json*)>& change, ErrorCode code,
               const std::string& reason) {
    json root = json::parse(text_);
    change(&root);
    AddText(name, root.dump() + "\n", code, reason);
  }

  std::vector<TarMember> Good() const { return MembersOf(signed_, pieces_.segments); }

  const PackagePieces pieces_ = SamplePieces();
  const std::string text_ = PackageManifestText(pieces_.manifest);
  const Bytes signed_ = Signed(text_);
  const Bytes package_ = TarOf(MembersOf(signed_, pieces_.segments));
  std::vector<BadPackage> made_;
};

}  // namespace musubi::storage
