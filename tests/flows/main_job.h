// The whole main job in one process, with randomness that a test chooses, so that runs can be
// compared byte for byte.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "crypto/linkage_secret.h"
#include "engine/attach/attach.h"
#include "engine/encode/encode.h"
#include "engine/link/link.h"
#include "engine/release/projects.h"
#include "engine/release/release.h"
#include "storage/encoding_file.h"
#include "tests/crypto/fixed_random.h"
#include "tests/crypto/test_store_key.h"

namespace musubi::flows {

using crypto::SeededRandom;

// Makes an empty folder, and removes it with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = testing::TempDir() + "musubi-flows-XXXXXX";
    MUSUBI_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string BytesOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  MUSUBI_CHECK(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void WriteText(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  MUSUBI_CHECK(out.good());
}

// The contract for tests of few records, which are too few to learn from.
inline std::string WesternByMean() {
  return BytesOf(std::filesystem::path(MUSUBI_SOURCE_DIR) / "tests/flows/western_by_mean.json");
}

// One study in a folder. Every step fails the test where it fails.
class MainJob {
 public:
  MainJob(std::string_view contract, int threads, std::uint64_t seed)
      : contract_(Contract::Parse(contract).value()),
        random_(seed),
        secret_(MakeSecret()),
        context_{threads, &random_, nullptr, nullptr} {}

  const Contract& contract() const { return contract_; }
  const ExecContext& context() const { return context_; }
  std::filesystem::path File(const std::string& name) const { return folder_ / name; }

  // A holder's file under its usual names; rows that cannot be encoded are set aside.
  engine::EncodeRequest RequestFor(const std::string& holder, const std::string& csv) const {
    WriteText(File(holder + ".csv"), csv);
    engine::EncodeRequest request;
    request.input = File(holder + ".csv");
    request.holder = holder;
    request.id_column = "id";
    request.output = File(holder + ".enc");
    request.refs = File(holder + ".refs.csv");
    request.rejects = File(holder + ".rejects.csv");
    return request;
  }

  // As the flow says, errors too.
  Result<engine::EncodeReceipt> TryEncode(const engine::EncodeRequest& request) const {
    return engine::Encode(request, contract_, secret_, context_);
  }

  engine::EncodeReceipt Encode(const std::string& holder, const std::string& csv,
                               bool declares_duplicates = false) {
    engine::EncodeRequest request = RequestFor(holder, csv);
    request.declares_duplicates = declares_duplicates;
    const auto receipt = TryEncode(request);
    MUSUBI_CHECK(receipt.ok());
    return receipt.value();
  }

  // Requires: the store was not used yet.
  void UsePolicy(const storage::StorePolicy& policy) {
    MUSUBI_CHECK(!store_);
    policy_ = policy;
  }

  storage::LinkStore& store() {
    if (!store_) {
      MUSUBI_CHECK(
          storage::LinkStore::Create(File("store"), crypto::TestStoreKey(), contract_, policy_)
              .ok());
      store_.emplace(storage::LinkStore::Open(File("store"), crypto::TestStoreKey()).value());
    }
    return *store_;
  }

  void Import(const std::string& holder) {
    const auto file = storage::ReadEncodingFile(File(holder + ".enc"), contract_);
    MUSUBI_CHECK(file.ok() && store().Import(file.value()).ok());
  }

  engine::LinkReceipt Link(const engine::LinkRequest& request = {}) {
    const auto receipt = engine::Link(&store(), request, context_);
    MUSUBI_CHECK(receipt.ok());
    return receipt.value();
  }

  engine::ReleaseReceipt Release(const std::string& project, const std::string& folder) {
    const auto receipt = engine::Release(&store(), {project, File(folder)}, context_);
    MUSUBI_CHECK(receipt.ok());
    return receipt.value();
  }

 private:
  crypto::LinkageSecret MakeSecret() { return crypto::LinkageSecret::Generate(random_).value(); }

  ScratchFolder folder_;
  Contract contract_;
  SeededRandom random_;
  crypto::LinkageSecret secret_;
  ExecContext context_;
  storage::StorePolicy policy_{.approvals = 0};
  std::optional<storage::LinkStore> store_;
};

}  // namespace musubi::flows
